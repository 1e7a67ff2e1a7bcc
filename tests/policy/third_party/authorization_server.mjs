// A certified authorisation server (npm: oidc-provider) that registers clients by itself and gives tokens for one MCP server.
// node authorization_server.mjs PORT RESOURCE, with node_modules beside the working folder.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [port, resource] = process.argv.slice(2);
const require = createRequire(`${process.cwd()}/package.json`);
const { Provider, errors } = await import(pathToFileURL(require.resolve("oidc-provider")).href);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: "known", client_secret: "its-own-proof", redirect_uris: ["http://127.0.0.1/callback"], application_type: "native",
    grant_types: ["authorization_code", "refresh_token"], response_types: ["code"],
  }],
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  features: {
    devInteractions: { enabled: true },
    registration: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: (_, asked) => {
        if (asked !== resource) throw new errors.InvalidTarget();
        return { scope: "weather", audience: asked, accessTokenFormat: "jwt" };
      },
    },
  },
  issueRefreshToken: () => true,
  rotateRefreshToken: true,
  scopes: ["openid", "offline_access", "weather"],
});
provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
