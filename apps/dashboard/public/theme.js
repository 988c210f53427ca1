// Runs before first paint. The keys and attributes are those of src/lib/appearance.ts.
for (const name of ["theme", "density", "sidebar"]) {
  let value;
  try {
    value = localStorage.getItem("corral." + name);
  } catch {}
  if (value) document.documentElement.dataset[name] = value;
}
