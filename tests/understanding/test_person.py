"""The wish for a person is heard in all its forms, and only then."""

import pytest

from understanding.dialogue.person import wants_person


@pytest.mark.parametrize(
    "text",
    [
        "can I talk to someone?", "human please", "this bot is useless, get me a person",
        "I don't want to talk to a machine", "is there anyone real there",
        "let me speak to your manager", "connect me with support", "agent", "somebody call me please",
        "who can I speak to about this", "escalate this",
        "stop giving me automated answers", "rather deal with a human being",
        "can you have someone ring me", "I'm done talking to a robot", "put a human on",
        "i wanna speek to an oprator", "need to talk to fucking customer sefvice", "can a person look at this?",
        "quiero hablar con alguien", "¿me puede atender una persona?", "no quiero hablar con una máquina",
        "páseme con un agente", "que me llame alguien",
        "ich will mit einem Menschen sprechen", "kann ich bitte einen Mitarbeiter haben",
        "geben Sie mir jemanden, der mir helfen kann", "könnte jemand von Ihnen mit mir reden?",
        "Kann ich mit jemandem sprechen?",
        "je veux parler à un conseiller", "passez-moi quelqu'un", "un humain svp",
        "pouvez-vous me rappeler", "une vraie personne s'il vous plaît",
        "insaan se baat karao", "mujhe kisi se baat karni hai", "customer care se connect karo",
        "किसी इंसान से बात करनी है", "मुझे एजेंट चाहिए",
    ],
)  # fmt: skip
def test_a_wish_for_a_person_is_heard(text: str):
    assert wants_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "are you human?", "are you a real person?", "am I talking to a robot", "call my mom",
        "the person who came yesterday was rude", "I want to cancel",
        "someone used my card", "someone has stolen my card", "nobody came", "table for two people",
        "I want to contact my bank", "my agent said it's free",
        "can you have one of your people come round and look at my router", "can you get someone to come by",
        "can someone come fix my internet", "I need someone to come look at my line", "need a technician",
        "how many people live in China", "call me Sam",
        "the agent I spoke to promised a refund", "I spoke with a representative yesterday",
        "what is the number on my invoice", "change my phone number",
        "the machine rejects my card", "I want to change the account holder to another person",
        "the support page is down", "customer service was terrible",
        "schedule a meeting with my manager", "give me instructions", "I want someone to install it", "", "🙂",
        "¿eres humano?", "llama a mi madre", "alguien usó mi tarjeta", "la persona que vino ayer",
        "bist du ein Mensch?", "jemand hat meine Karte benutzt",
        "könnte bitte jemand die Leitung durchmessen", "quelqu'un pourrait redémarrer ma box ?",
        "êtes-vous humain ?", "quelqu'un a utilisé ma carte", "kya aap insaan hai",
        "kisi ne mera card use kiya", "क्या आप इंसान हैं",
    ],
)  # fmt: skip
def test_what_only_sounds_like_it_is_not(text: str):
    assert not wants_person(text)
