"""What each client in TypeScript has: errors, and how requests are sent."""

RUNTIME = """\
export interface ClientOptions {
  /** Address of the site; default: that of the page. */
  baseUrl?: string;
  /** Headers of all requests, such as Authorization. */
  headers?: Record<string, string>;
  fetch?: typeof globalThis.fetch;
}

/** An answer that says what was wrong (RFC 9457). */
export class Problem extends Error {
  readonly status: number;
  readonly document: ProblemDocument;

  constructor(status: number, document: ProblemDocument) {
    super(document.detail ?? document.title);
    this.name = "Problem";
    this.status = status;
    this.document = document;
  }
}

interface RequestParts {
  path?: object;
  query?: object;
  header?: object;
  body?: unknown;
  bodyType?: string;
  accept?: string;
}

function encodeBody(body: unknown, type: string): BodyInit {
  const isMultipart = type === "multipart/form-data";
  if (isMultipart || type === "application/x-www-form-urlencoded") {
    const form = isMultipart ? new FormData() : new URLSearchParams();
    for (const [name, value] of Object.entries(body as object)) {
      for (const item of Array.isArray(value) ? value : [value]) {
        if (item === undefined || item === null) continue;
        if (form instanceof FormData && item instanceof Blob) form.append(name, item);
        else form.append(name, String(item));
      }
    }
    return form;
  }
  return type.endsWith("json") ? JSON.stringify(body) : (body as BodyInit);
}

async function readProblem(response: Response): Promise<Problem> {
  let document: ProblemDocument = {
    type: "about:blank",
    title: response.statusText,
    status: response.status,
  };
  try {
    document = { ...document, ...JSON.parse(await response.text()) };
  } catch {
    // Not every server on the way answers with a problem document.
  }
  return new Problem(response.status, document);
}

async function sendRequest(
  client: ClientOptions,
  method: string,
  template: string,
  parts: RequestParts,
): Promise<Response> {
  const values = new Map<string, unknown>(Object.entries(parts.path ?? {}));
  const path = template.replace(/\\{([^{}]+)\\}/g, (_match, name: string) => {
    const value = String(values.get(name));
    if (value === "" || value === "." || value === "..") {
      const shown = JSON.stringify(value);
      throw new TypeError(
        `${name} must not be ${shown}: this would be the address of something else. ` +
          "Send another value.",
      );
    }
    return encodeURIComponent(value);
  });
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parts.query ?? {})) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null) query.append(name, String(item));
    }
  }
  const headers = new Headers(client.headers);
  if (parts.accept) headers.set("Accept", parts.accept);
  for (const [name, value] of Object.entries(parts.header ?? {})) {
    if (value !== undefined && value !== null) headers.set(name, String(value));
  }
  const init: RequestInit = { method, headers };
  if (parts.body !== undefined && parts.bodyType) {
    init.body = encodeBody(parts.body, parts.bodyType);
    // The browser adds the boundary of multipart forms.
    if (parts.bodyType !== "multipart/form-data") {
      headers.set("Content-Type", parts.bodyType);
    }
  }
  const text = query.toString();
  const address = `${client.baseUrl ?? ""}${path}${text ? `?${text}` : ""}`;
  const response = await (client.fetch ?? globalThis.fetch)(address, init);
  if (!response.ok) throw await readProblem(response);
  return response;
}
"""
