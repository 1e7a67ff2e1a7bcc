"""The language of a message, and when the conversation's own holds."""

import pytest

from understanding.language.detection import detect_language
from understanding.language.text import clean


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hola quiero mover mi visita", "es"), ("gracias", "es"), ("ich möchte kündigen", "de"),
        ("ja bitte", "de"), ("mein Internet geht nicht", "de"),
        ("bonjour", "fr"), ("je veux résilier mon abonnement", "fr"), ("J'ai été facturé deux fois", "fr"),
        ("mera bill zyada kyun aaya", "hi"),
        ("me gustaría subir a Fibre 500", "es"), ("unser Internet daheim ist komplett ausgefallen", "de"),
        ("nein", "de"), ("quels moyens de paiement acceptez-vous ?", "fr"),
        ("la ligne saute toutes les quelques minutes", "fr"), ("please mere bill se late fee hata dijiye", "hi"),
        ("denme de baja de todos esos mensajes", "es"),
        ("net nahi chal raha", "hi"), ("मेरा बिल", "hi"), ("why is my bill so high", "en"),
        ("Perché la mia fattura è così alta?", "it"), ("Dlaczego mój rachunek jest taki wysoki?", "pl"),
        ("Quero cancelar minha conta, por favor", "pt"),
        ("Waarom is mijn rekening zo hoog?", "nl"), ("Fatura neden bu kadar yüksek?", "tr"),
        ("Varför är min faktura så hög?", "sv"),
        ("Miért ilyen magas a számlám?", "hu"), ("لماذا فاتورتي مرتفعة", "ar"), ("我的账单为什么这么高", "zh"),
        ("なぜ請求が高いのですか", "ja"), ("Счет слишком большой", "ru"),
    ],
)  # fmt: skip
def test_a_clear_language_is_told(text: str, language: str):
    assert detect_language(clean(text), "en") == language


@pytest.mark.parametrize("expected", ["en", "es", "de", "fr", "hi"])
@pytest.mark.parametrize("text", ["ok", "no", "si", "internet", "P-5002", "router", "", "123456", "🙂", "refund"])
def test_a_short_word_never_switches_the_language(text: str, expected: str):
    assert detect_language(text, expected) == expected


def test_a_customer_who_goes_on_in_english_is_followed():
    assert detect_language("I want to talk to a person", "fr") == "en"


def test_words_that_two_languages_share_do_not_switch_between_them():
    assert detect_language("que signifient les voyants de la box ?", "fr") == "fr"
    assert detect_language("quiero hablar de la factura", "fr") == "es"
