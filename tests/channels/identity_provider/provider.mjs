// A certified OpenID provider (npm: oidc-provider) as a company might have one: anybody who signs in as ROLE.NAME is that.
// node provider.mjs PORT DESK_ORIGIN, with node_modules beside the working folder.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [port, desk] = process.argv.slice(2);
const require = createRequire(`${process.cwd()}/package.json`);
const { Provider } = await import(pathToFileURL(require.resolve("oidc-provider")).href);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: "desk", token_endpoint_auth_method: "none", redirect_uris: [`${desk}/desk`],
    post_logout_redirect_uris: [`${desk}/desk`], grant_types: ["authorization_code", "refresh_token"], response_types: ["code"],
  }],
  clientBasedCORS: (_, origin) => origin === desk,
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  extraTokenClaims: (_, token) => {
    const [role, tenant] = token.accountId.split(".");
    return { role, tenant };
  },
  features: {
    devInteractions: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope: "", audience: "switchboard", accessTokenFormat: "jwt" }),
    },
  },
  issueRefreshToken: () => true,
  scopes: ["openid", "offline_access"],
});
provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
