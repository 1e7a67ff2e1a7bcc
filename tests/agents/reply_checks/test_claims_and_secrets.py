"""What a reply may claim to have done, and what it may never carry."""

import pytest

from agents.reply_checks import Grounds, check

REFUND = Grounds(performed=frozenset({"payments.refund_payment"}))
NOTHING = Grounds(tool_results=({"payment_id": "P-1", "status": "captured"},))

REFUNDED = [
    "I've refunded your payment.",
    "I just refunded the duplicate.",
    "We have gone ahead and refunded it.",
    "Your payment has been refunded.",
    "Your refund has been processed.",
    "Your refund is on its way.",
    "I have issued the refund.",
    "Done! Refunded in full.",
    "Hemos reembolsado su pago.",
    "Se ha reembolsado su pago.",
    "Su reembolso ha sido procesado.",
    "Acabo de reembolsar su pago.",
    "Ich habe Ihnen den Betrag erstattet.",
    "Ihre Zahlung wurde erstattet.",
    "Die Erstattung wurde veranlasst.",
    "Ich sehe, dass die Zahlung erstattet wurde.",
    "Nous avons remboursé votre paiement.",
    "Votre paiement a été remboursé.",
    "Votre remboursement a été effectué.",
    "Je viens de rembourser votre paiement.",
    "हमने आपका रिफ़ंड कर दिया है।",
    "आपका रिफंड हो गया है।",
    "आपके पैसे वापस कर दिए गए हैं।",
]
OTHERS = {
    "erp.cancel_subscription": [
        "I have cancelled your subscription.",
        "Su suscripción ha sido cancelada.",
        "Ich habe Ihren Vertrag gekündigt.",
        "Votre abonnement est résilié.",
        "आपकी सदस्यता रद्द कर दी गई है।",
    ],
    "erp.book_appointment": [
        "Your visit is booked.",
        "He reservado la visita.",
        "Ihr Termin wurde gebucht.",
        "Votre visite est réservée.",
        "आपकी विज़िट बुक कर दी गई है।",
    ],
    "crm.update_contact_detail": [
        "I've updated your address.",
        "Hemos actualizado su dirección.",
        "Ihre Adresse wurde geändert.",
        "Votre adresse a été modifiée.",
        "आपका पता बदल दिया गया है।",
    ],
    "crm.send_message": [
        "I have sent you the details.",
        "Le he enviado los datos.",
        "Ich habe Ihnen die Daten geschickt.",
        "Nous vous avons envoyé un lien.",
        "आपको संदेश भेज दिया गया है।",
    ],
    "network.restart_device": [
        "I have restarted your router.",
        "He reiniciado el router.",
        "Ihr Router wurde neu gestartet.",
        "J'ai redémarré votre routeur.",
        "आपका राउटर रीस्टार्ट हो गया है।",
    ],
    "payments.take_payment": ["I have charged your card.", "Your payment went through.", "Wir haben 5 Tage abgebucht."],
    "handoff": ["I've transferred you to a colleague.", "Ich habe Sie an einen Menschen weitergeleitet."],
}
NO_CLAIMS = [
    "I have not refunded anything.",
    "I haven't refunded it.",
    "Your payment has not been refunded.",
    "Nothing was booked.",
    "No se ha reembolsado el pago.",
    "Der Betrag wurde noch nicht erstattet.",
    "Es wurde nichts gebucht.",
    "Le paiement n'a pas été remboursé.",
    "रिफंड नहीं किया गया है।",
    "Shall I refund the payment?",
    "Has your payment been refunded?",
    "I can refund it after your yes.",
    "Once it has been refunded you will see it.",
    "Puedo reembolsar el pago.",
    "Sobald der Betrag erstattet wurde, melden wir uns.",
    "Je peux vous rembourser.",
    "मैं रिफंड कर सकता हूँ।",
    "I am sorry, I cannot refund this payment.",
]
PAIRS = [("payments.refund_payment", text) for text in REFUNDED] + [
    (tool, text) for tool, texts in OTHERS.items() for text in texts
]


@pytest.mark.parametrize(("tool", "text"), PAIRS)
def test_a_claim_needs_its_outcome(tool: str, text: str) -> None:
    assert [finding.kind for finding in check(text, Grounds())] == ["claim"]
    assert check(text, Grounds(performed=frozenset({tool}))) == ()


@pytest.mark.parametrize("text", NO_CLAIMS)
def test_questions_denials_and_conditions_claim_nothing(text: str) -> None:
    assert check(text, NOTHING) == ()


def test_another_actions_outcome_does_not_bear_a_claim() -> None:
    assert check("I have refunded it and changed your address.", REFUND)
    assert check("I have refunded it, your plan is cancelled.", REFUND)
    assert check("Ich habe den Betrag erstattet und die Adresse wurde geändert.", REFUND)


def test_a_state_of_record_bears_a_claim_about_the_thing_but_not_about_us() -> None:
    past = Grounds(tool_results=({"payment_id": "P-1", "status": "refunded"},))
    assert check("Payment P-1 was refunded earlier.", past) == ()
    assert check("I have refunded payment P-1.", past)


def test_a_required_disclosure_must_be_said_in_full() -> None:
    evidence = Grounds(disclosures_required=("Calls may be recorded.",))
    assert check("Hello.  calls may\nbe recorded.", evidence) == ()
    assert [finding.kind for finding in check("Calls may be.", evidence)] == ["disclosure"]


CARD = "".join(("4111", "1111", "1111", "1111"))


@pytest.mark.parametrize(
    "text",
    [
        CARD,
        " ".join(CARD[at : at + 4] for at in range(0, 16, 4)),
        "-".join(CARD[at : at + 4] for at in range(0, 16, 4)),
        CARD.translate(str.maketrans("0123456789", "०१२३४५६७८९")),
        CARD.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        "\u200b".join(CARD),
    ],
)
def test_a_card_number_is_found_in_every_spelling_and_not_repeated_in_the_finding(text: str) -> None:
    (finding,) = check(f"Your card {text} is on file.", Grounds(customer_words=(text,)))
    assert finding.kind == "secret"
    assert CARD[4:] not in finding.excerpt


@pytest.mark.parametrize(
    "text",
    [
        "Your code is 483920.",
        "Su código: 4839.",
        "Der Code lautet 483920.",
        "Votre code est 483920.",
        "आपका कोड 483920 है।",
        "Your password is hunter22.",
        "Ihr Passwort lautet Sommer2026!",
        "Token " + ".".join(("eyJhbGciOiJFZERTQSJ9", "eyJzdWIiOiJ4In0", "c2ln")),
        "Use " + "-".join(("sk", "abcdefgh12345678")),
    ],
)
def test_codes_passwords_and_tokens_are_secrets(text: str) -> None:
    assert "secret" in [finding.kind for finding in check(text, Grounds())]


def test_a_value_that_is_named_as_secret_is_found_wherever_it_stands() -> None:
    assert [finding.kind for finding in check("It is maple-syrup, by the way.", Grounds(secrets=("maple-syrup",)))] == [
        "secret"
    ]


def test_another_customers_number_or_address_is_found() -> None:
    own = Grounds(tool_results=({"customer_id": "C-1001", "email": "amira@example.com"},))
    assert check("You are C-1001, amira@example.com.", own) == ()
    kinds = [finding.kind for finding in check("C-1002 has ben@example.com.", own)]
    assert kinds == ["other_customer", "other_customer"]
