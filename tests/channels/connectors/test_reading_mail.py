"""What is read of a mail: the writer's new words, the thread, and whether it may be answered at all."""

from email.message import EmailMessage

from hypothesis import given
from hypothesis import strategies as st

from channels.connectors.mail_reading import read_mail
from channels.connectors.mail_threads import MailThreads
from domain.ids import ConversationId
from router.attachments import File
from router.formatters import formatter_of
from storage.record_keys import RecordKeys
from tests.channels.connectors import more_mails
from tests.channels.connectors.mails import BROKEN, NO_ID, READ, UNANSWERED, WITH_PICTURE, mail
from tests.channels.test_attachments import PNG

THREADS = MailThreads(RecordKeys(lambda: [b"k" * 32]), "Support@Northwind.example")
KNOWN = ConversationId(f"CV-{'0a' * 10}")


WRITTEN = {**READ, **more_mails.READ}


def test_the_writers_own_words_are_read_of_mails_in_five_languages() -> None:
    heard = {name: formatter_of("email").hear(read_mail(raw).text) for name, (raw, _) in WRITTEN.items()}
    assert heard == {name: said for name, (_, said) in WRITTEN.items()}
    assert {name: read_mail(raw).silence for name, (raw, _) in WRITTEN.items()} == dict.fromkeys(WRITTEN, "")


def test_what_no_person_sent_is_answered_by_silence() -> None:
    unanswered = UNANSWERED | more_mails.UNANSWERED
    assert [name for name, raw in unanswered.items() if not read_mail(raw).silence] == []
    assert len(WRITTEN) + len(unanswered) >= 40


def test_attachments_are_named_and_mails_without_an_id_get_one_that_stays() -> None:
    assert [each.name for each in read_mail(WITH_PICTURE).attachments] == ["red.jpg"]
    assert [each.name for each in read_mail(more_mails.NESTED).attachments] == ["बिल.pdf"]
    assert read_mail(more_mails.SIGNED).attachments == (), "what signs a mail is none of its files"
    assert read_mail(NO_ID).message_id == read_mail(NO_ID).message_id != ""


def test_a_picture_that_the_text_shows_is_no_attachment_and_a_photo_inside_a_plain_mail_is_one() -> None:
    shown = EmailMessage()
    shown.set_content("hello")
    shown.add_alternative('<p>hello</p><img src="cid:logo@northwind">', subtype="html")
    shown.get_payload()[1].add_related(PNG, "image", "png", cid="<logo@northwind>", filename="logo.png")
    assert read_mail(shown.as_bytes()).attachments == ()
    photo = EmailMessage()
    photo.set_content("my meter")
    photo.add_attachment(PNG, "image", "png", filename="meter.png", disposition="inline", cid="<a@phone>")
    assert read_mail(photo.as_bytes()).attachments == (File("meter.png", PNG),)


def test_dmarc_is_believed_of_the_companys_own_server_alone() -> None:
    forged = "Authentication-Results: mx.evil.example; dmarc=pass"
    ours = "Authentication-Results: mx.northwind.example 1; spf=pass (x) dmarc=fail (p=none) header.from=a.example"
    assert read_mail(mail("hi", forged), "mx.northwind.example").dmarc == ""
    assert read_mail(mail("hi", ours, forged), "mx.northwind.example").dmarc == "fail"
    assert read_mail(mail("hi", forged, ours), "mx.northwind.example").dmarc == "fail"
    assert read_mail(mail("hi", ours)).dmarc == ""
    inside = "Authentication-Results: mx.northwind.example (dmarc=pass); spf=pass"
    assert read_mail(mail("hi", inside), "mx.northwind.example").dmarc == "none"


def test_a_thread_is_known_by_what_only_we_can_have_made() -> None:
    ours, address = THREADS.message_id(KNOWN, 7), THREADS.reply_address(KNOWN)
    answered = read_mail(mail("yes", f"References: <a@x> {ours}", f"In-Reply-To: {ours}", To=f"Support <{address}>"))
    assert answered.thread == "<a@x>"
    assert THREADS.recognise(answered.references, ()) == (KNOWN,)
    assert THREADS.recognise((), answered.addresses) == (KNOWN,)
    assert len(address.partition("@")[0]) <= 64
    assert THREADS.is_ours(address)
    assert THREADS.recognise((ours.replace("0a", "0b"),), (address.replace("0a", "0b"),)) == ()
    older = MailThreads(RecordKeys(lambda: [b"n" * 32, b"k" * 32]), "support@northwind.example")
    assert older.recognise((ours,), ()) == (KNOWN,), "a mail from before the key was rotated"
    assert (
        MailThreads(RecordKeys(lambda: [b"x" * 32]), "support@northwind.example").recognise((ours,), (address,)) == ()
    )


@given(st.binary(max_size=400), st.binary(max_size=200))
def test_whatever_lies_in_a_mailbox_something_comes_of_it(head: bytes, body: bytes) -> None:
    for raw in (head + b"\r\n\r\n" + body, b"From: a@b.example\r\n" + head + b"\r\n\r\n" + body, BROKEN):
        read = read_mail(raw, "mx.northwind.example")
        assert len(read.text) <= 16_000
        assert read.message_id
