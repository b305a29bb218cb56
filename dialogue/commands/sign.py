"""`python -m dialogue sign`: records a clinician's approval, or withdraws it."""

import argparse
from datetime import date
from pathlib import Path

from dialogue.approval.fingerprint import build_fingerprint, compute_checksum
from dialogue.approval.sign import SigningRefused, SigningRequest, format_checksum, sign
from dialogue.approval.sign_points import SignPoint, read_sign_points
from dialogue.approval.signature import AS_WRITTEN, get_signature_file, to_yaml
from dialogue.command_line import add_locale
from dialogue.commands.console import Ask, CommandRefused, Say, find_asker
from dialogue.content.content import Content
from dialogue.content.content_store import ContentStore
from dialogue.loading import check_all, load_content
from dialogue.records.clock import Clock

HELP = "record a clinician's approval"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `sign`, each in place of a question."""
    parser.add_argument("--name", help="first and last name of the signer")
    parser.add_argument("--role", help="profession and credentials")
    parser.add_argument("--date", help="day of the signature, as in 2026-05-31")
    parser.add_argument("--checksum", help="of the booklet that was read")
    parser.add_argument(
        "--decision",
        action="append",
        default=[],
        metavar=f"POINT='{AS_WRITTEN}'",
        help="an open point's decision; once for every point",
    )
    add_locale(parser)
    parser.add_argument("--data", type=Path, help="another data folder")
    withdraw = "take the signature back"
    parser.add_argument("--withdraw", action="store_true", help=withdraw)


def run(args: argparse.Namespace) -> int:
    """Sign or withdraw and return the exit code; raises DataRefused."""
    try:
        now = Clock().read()
        if now is None:
            raise CommandRefused(f"Not signed. {Clock().find_doubt()}")
        record_approval(args, now.date(), find_asker(), print)
    except SigningRefused as refusal:
        raise CommandRefused(f"Not signed. {refusal}") from refusal
    except (EOFError, KeyboardInterrupt) as leaving:
        why = "\nStopped; nothing is signed and nothing was written."
        raise CommandRefused(why) from leaving
    return 0


def record_approval(
    args: argparse.Namespace, today: date, ask: Ask | None, say: Say
) -> None:
    """Sign or withdraw; `ask` None means that nobody is there to be asked.

    Raises SigningRefused, and DataRefused where the content cannot be read.
    """
    content = load_content(locale=args.locale, data=args.data)
    name = f"{content.protocol.id}.{args.locale}"
    file = get_signature_file(args.data, content.protocol.id, args.locale)
    if args.withdraw:
        _withdraw(file, name, say)
        return
    points = read_sign_points(ContentStore(args.data))
    problems, _ = check_all(args.data)
    given = _collect_entries(args, points, today, ask, say)
    signature = sign(given, content, points, problems, today)
    text = to_yaml(signature, content.protocol, args.locale)
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    signed = load_content(locale=args.locale, data=args.data)
    say(f"Signed: {signed.status_line}.")
    checksum = format_checksum(signature.checksum)
    say(f"Checksum of what was read: {checksum}. It is in {file}.")


def present_checksum(content: Content, data: Path | None = None) -> str:
    """Return the checksum of what stands in the data now."""
    return compute_checksum(
        build_fingerprint(content, read_sign_points(ContentStore(data)))
    )


def _withdraw(file: Path, name: str, say: Say) -> None:
    if not file.exists():
        raise SigningRefused(
            f"{name} has no signature. Only a signature that was given can be taken "
            "back. Nothing is to be done."
        )
    file.unlink()
    say(f"The signature of {name} is taken back; the protocol is a draft.")


def _collect_entries(
    args: argparse.Namespace,
    points: tuple[SignPoint, ...],
    today: date,
    ask: Ask | None,
    say: Say,
) -> SigningRequest:
    decisions = {}
    for typed in args.decision:
        id_, _, decision = typed.partition("=")
        decisions[id_.strip()] = decision.strip()
    if ask is None:
        day, checksum = args.date or today.isoformat(), args.checksum or ""
        return SigningRequest(
            args.name or "", args.role or "", day, checksum, decisions
        )
    typed_sum = args.checksum or ask("Checksum at the foot of the booklet you read: ")
    for point in points:
        if point.id not in decisions:
            say(f"\nPoint {point.id}: {point.title}\n{point.item}")
            say(f"What it does now: {point.default}")
            decided = ask("Enter y for 'as written', or say what has to change: ")
            is_yes = decided.strip().lower() in ("y", "yes")
            decisions[point.id] = AS_WRITTEN if is_yes else decided
    return SigningRequest(
        args.name or ask("\nYour first and last name: "),
        args.role or ask("Your profession and credentials: "),
        args.date or ask(f"Date (empty for {today}): ") or today.isoformat(),
        typed_sum,
        decisions,
    )
