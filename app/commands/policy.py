"""`switchboard policy`: the rules as something to sign, change, compare and question."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.options import DataOption, JsonOption, print_json, read_settings
from app.progress import console

commands = typer.Typer()
policy = typer.Typer(help="The policy: sign it, compare it, ask why it decided so.", no_args_is_help=True)
commands.add_typer(policy, name="policy")

BundleArgument = Annotated[
    Path | None, typer.Argument(help="A folder or a .tar.gz; the bundle of the settings by default.", exists=True)
]


@policy.command("show")
def show(bundle: BundleArgument = None, as_json: JsonOption = False, data: DataOption = None) -> None:
    """The bundle that the settings let decide: revision, version, signer; exits with 1 where it is refused."""
    from app.policy_bundle import read_bundle

    found = read_bundle(read_settings(data=data), bundle)
    facts = {
        "bundle": str(found.folder),
        "revision": found.revision,
        "version": found.version or None,
        "signed_by": found.signer or None,
        "rules": sum(name.startswith("contact_centre/rules/") for name in found.sources),
        "tools": len(found.tools),
    }
    if as_json:
        print_json(facts)
        return
    for name, value in facts.items():
        console.print(f"{name.replace('_', ' '):>10}  {'-' if value is None else value}")


@policy.command("keygen")
def keygen(
    target: Annotated[Path, typer.Argument(help="Where to write: NAME.pem (keep it secret) and NAME.pub.pem.")],
) -> None:
    """Make an Ed25519 key pair for signing bundles; existing keys are never overwritten."""
    from app.keys import write_private
    from policy.engines.signing import generate_key_pair

    private, public = target.with_suffix(".pem"), target.with_suffix(".pub.pem")
    if private.exists() or public.exists():
        raise typer.BadParameter(f"{private} or {public} exists already")
    private.parent.mkdir(parents=True, exist_ok=True)
    private_pem, public_pem = generate_key_pair()
    write_private(private, private_pem)
    public.write_bytes(public_pem)
    console.print(f"{private}  signs bundles: keep it off the machines that run Switchboard")
    console.print(f"{public}  verifies them: SWITCHBOARD_POLICY__VERIFICATION_KEY")


@policy.command("sign")
def sign(
    key: Annotated[Path, typer.Option(help="The private key in PEM: Ed25519, P-256 or RSA.", dir_okay=False)],
    output: Annotated[Path, typer.Option(help="The archive to write, .tar.gz.", dir_okay=False)],
    bundle: BundleArgument = None,
    version: Annotated[
        int | None, typer.Option(min=1, help="Must rise with every release; the present second by default.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Sign a compiled bundle into an archive that Switchboard and an OPA sidecar both verify."""
    from app.clock import tell_time
    from app.policy_bundle import read_key
    from policy.engines.bundle import BUNDLE
    from policy.engines.release import release_bundle

    chosen = version or int(tell_time().strftime("%Y%m%d%H%M%S"))
    signed = release_bundle(bundle or BUNDLE, output, read_key(key), chosen)
    if as_json:
        print_json({"bundle": str(output), "revision": signed.revision, "version": chosen})
    else:
        console.print(f"{output}: version {chosen}, revision {signed.revision}")
