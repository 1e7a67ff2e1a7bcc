"""`switchboard policy`: the rules as something to sign, change, compare and question."""

import asyncio
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from app.clock import tell_time
from app.commands.options import DataOption, JsonOption, print_json, read_settings
from app.places import existing_bundle, existing_file
from app.progress import console, errors

commands = typer.Typer()
policy = typer.Typer(help="The policy: sign it, compare it, ask why it decided so.", no_args_is_help=True)
commands.add_typer(policy, name="policy")

BundleArgument = Annotated[
    Path | None,
    typer.Argument(help="A folder or a .tar.gz; the bundle of the settings by default.", parser=existing_bundle),
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
    """Make a P-256 key pair for signing bundles; existing keys are never overwritten."""
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
    key: Annotated[Path, typer.Option(help="The private key in PEM: P-256, RSA or Ed25519.", parser=existing_file)],
    output: Annotated[Path, typer.Option(help="The archive to write, .tar.gz.", dir_okay=False)],
    bundle: BundleArgument = None,
    version: Annotated[
        int | None, typer.Option(min=1, help="Must rise with every release; the present second by default.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Sign a compiled bundle into an archive that Switchboard and an OPA sidecar both verify."""
    from app.policy_bundle import read_key
    from policy.engines.bundle import BUNDLE
    from policy.engines.release import release_bundle

    chosen = version or int(tell_time().strftime("%Y%m%d%H%M%S"))
    signed = release_bundle(bundle or BUNDLE, output, read_key(key), chosen)
    if as_json:
        print_json({"bundle": str(output), "revision": signed.revision, "version": chosen})
    else:
        console.print(f"{output}: version {chosen}, revision {signed.revision}")


@policy.command("compile")
def compile_(
    bundle: Annotated[
        Path | None, typer.Argument(help="A folder; the shipped bundle by default.", parser=existing_bundle)
    ] = None,
    opa: Annotated[str, typer.Option(help="The opa binary.")] = "opa",
) -> None:
    """Compile a bundle's rules after a change: the module, its digests, the rules' words and the sidecar's data."""
    from policy.engines.bundle import BUNDLE
    from policy.engines.compilation import compile_bundle

    compiled = compile_bundle(bundle or BUNDLE, opa)
    console.print(f"compiled, revision {compiled.revision}", soft_wrap=True)


@policy.command("explain")
def explain(
    decision: Annotated[str, typer.Argument(metavar="[DECISION_ID]", help="A decision, as actions name it.")] = "",
    conversation: Annotated[str, typer.Option(help="All decisions of a conversation.")] = "",
    last: Annotated[bool, typer.Option("--last", help="The last decision of the latest conversation.")] = False,
    reads: Annotated[bool, typer.Option("--reads", help="Also about calls that change nothing.")] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Why was this decided: rules, what they looked at, limits, evidence, and what would have changed it."""
    from app.policy_answers import show_explanation
    from app.policy_questions import explain as find
    from policy.journal.recorded_decisions import DecisionFilter

    if not (decision or conversation or last):
        raise typer.BadParameter("name a DECISION_ID, a --conversation, or --last")
    wanted = DecisionFilter(decision_id=decision, conversation_id=conversation)
    found = asyncio.run(find(read_settings(data=data), wanted, reads=reads or bool(decision), last=last))
    if as_json:
        print_json({"items": found})
        return
    for one in found:
        show_explanation(console, one)


@policy.command("diff")
def diff(  # noqa: PLR0913, PLR0917 - each is an option of the command
    changed: Annotated[
        Path, typer.Argument(metavar="NEW_BUNDLE", help="A compiled folder or a .tar.gz.", parser=existing_bundle)
    ],
    since: Annotated[str, typer.Option(help="A date (2026-11-01), or days back (30d).")] = "",
    tool: Annotated[str, typer.Option(help="Only this tool, such as payments.refund_payment.")] = "",
    tenant: Annotated[str, typer.Option(help="Only this tenant.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many decisions, the latest.")] = 10_000,
    against_live: Annotated[
        bool, typer.Option("--against-live", help="Compare with what the present bundle says, not with the record.")
    ] = False,
    fail_on_flip: Annotated[bool, typer.Option("--fail-on-flip", help="Exit with 1 where any decision flips.")] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Replay recorded decisions against a changed bundle: which would flip, for which customers and amounts."""
    from app.policy_answers import show_comparison, show_progress
    from app.policy_questions import diff as compare
    from policy.journal.recorded_decisions import DecisionFilter

    wanted = DecisionFilter(tenant=tenant, tool=tool, since=read_since(since))
    settings = read_settings(data=data)
    with show_progress(errors, "decisions") as progress:
        asked = compare(settings, changed, wanted, limit=limit, against_live=against_live, progress=progress)
        found = asyncio.run(asked)
    if as_json:
        print_json(found.as_json())
    else:
        show_comparison(console, found)
    raise typer.Exit(1 if fail_on_flip and found.flips else 0)


@policy.command("shadow")
def shadow(
    tenant: Annotated[str, typer.Option(help="Only this tenant.")] = "",
    revision: Annotated[str, typer.Option(help="Only this shadow bundle's.")] = "",
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """What the shadow bundle would have decided otherwise: counts by tool, then customers and amounts."""
    from app.policy_answers import show_shadow
    from app.policy_questions import read_shadows

    tallies, differences = asyncio.run(read_shadows(read_settings(data=data), tenant, revision))
    if as_json:
        print_json({"tools": [asdict(one) for one in tallies], "differences": [one.as_json() for one in differences]})
    else:
        show_shadow(console, tallies, differences)


def read_since(text: str) -> datetime | None:
    """A moment from a date or a number of days back; None where nothing is given."""
    if not text:
        return None
    try:
        if text.endswith("d"):
            return tell_time() - timedelta(days=int(text[:-1]))
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("--since takes a date (2026-11-01) or days back (30d)") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
