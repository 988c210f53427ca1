import { createHash } from "node:crypto";

/**
 * Where llama.cpp's source comes from: the npm package `node-llama-cpp` (MIT) carries all of it (MIT) as a git bundle.
 * It is fetched as a file and never installed, for its platform packages weigh 725 MB.
 */
export const llamaServerRecipe = {
  packageName: "node-llama-cpp",
  version: "3.22.1",
  /** SHA-512 of the package's archive, base64, as the registry states it. */
  sha512: "bltIipuWmc123H7tMIgDGKSsSrhmhlQYeVUC48XTjVW7XGJJiJJyCdlTMzQ/LiWoPkGDpcL4FviDpgw7qfTiDw==",
  bundle: "package/llama/gitRelease.bundle",
  /** One static binary, quick to compile; nothing of it may be downloaded (the user interface would be). */
  cmakeFlags: [
    "-DCMAKE_BUILD_TYPE=Release",
    "-DBUILD_SHARED_LIBS=OFF",
    "-DGGML_NATIVE=OFF",
    "-DGGML_AVX2=ON",
    "-DGGML_FMA=ON",
    "-DGGML_F16C=ON",
    "-DGGML_OPENMP=OFF",
    "-DLLAMA_BUILD_TESTS=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF",
    "-DLLAMA_BUILD_APP=OFF",
    "-DLLAMA_BUILD_UI=OFF",
    "-DLLAMA_USE_PREBUILT_UI=OFF",
    "-DLLAMA_OPENSSL=OFF",
    // Release alone means -O3, whose build takes more than half as long again.
    "-DCMAKE_C_FLAGS_RELEASE=-O1 -DNDEBUG",
    "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -DNDEBUG",
    "-DCMAKE_CXX_FLAGS=-w",
  ],
} as const;

export const requiredPrograms = ["npm", "tar", "git", "cmake", "make", "g++"] as const;

/** One folder per source, flags and machine type, so that a changed recipe never meets an old binary. */
export function toCacheFolderName(platform: string, arch: string): string {
  const { version, cmakeFlags } = llamaServerRecipe;
  const hash = createHash("sha256").update(JSON.stringify([platform, arch, ...cmakeFlags]));
  return `llama-server-${version}-${hash.digest("hex").slice(0, 12)}`;
}
