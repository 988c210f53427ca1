import { describe, expect, test } from "vitest";
import { assertOutboundUrl } from "./assert-outbound-url.ts";

describe("[SSRF-1] [DEP-2] [vector 24] addresses of connections", () => {
  test.each([
    "http://127.0.0.1:11434",
    "http://localhost:11434/",
    "http://localhost.:11434",
    "http://ollama:11434",
    "http://host.docker.internal:11434",
    "http://10.1.2.3/v1",
    "http://192.168.1.5:8000",
    "http://[::1]:11434",
    "http://[fd12:3456::1]:8000",
    "http://[::ffff:7f00:1]:11434",
    "http://2130706433:11434",
    "https://api.openai.com/v1",
    "https://[2606:4700::1111]/",
    "http://100.64.0.7:11434",
  ])("allows %s", (url) => {
    expect(assertOutboundUrl(url)).toBeInstanceOf(URL);
  });

  test.each([
    "http://169.254.169.254/latest/meta-data",
    "http://169.254.1.1",
    "http://0xa9fea9fe/",
    "http://2852039166/",
    "http://0251.0376.0251.0376/",
    "http://169.254.169.254./",
    "http://①⑥⑨.254.169.254/",
    "http://100.100.100.200",
    "http://168.63.129.16",
    "http://0.0.0.0:11434",
    "http://0/",
    "http://255.255.255.255",
    "http://224.0.0.1",
    "http://[::]/",
    "http://[fe80::1]/",
    "http://[ff02::1]/",
    "http://[fd00:ec2::254]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[::ffff:0:169.254.169.254]/",
    "http://[::a9fe:a9fe]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[64:ff9b:1::a9fe:a9fe]/",
    "http://[2002:a9fe:a9fe::]/",
    "http://[2001:0:1::5601:5601]/",
    "http://metadata.google.internal/",
    "http://METADATA.google.internal./",
    "http://user:pass@127.0.0.1",
    "http://a@127.0.0.1\\@example.com",
    "http://127.0.0.1/?api-version=1",
    "http://127.0.0.1/#x",
    "gopher://127.0.0.1",
    "file:///etc/passwd",
    "unix:/run/x.sock",
    "127.0.0.1:11434",
    "",
  ])("refuses %s", (url) => {
    expect(() => assertOutboundUrl(url)).toThrow(expect.objectContaining({ code: "outbound_denied" }));
  });
});
