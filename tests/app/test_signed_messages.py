"""What the business systems send says who it is from."""

from tests.conftest import OpenHouse


async def test_messages_name_the_company_the_day_and_where_to_turn_to(open_house: OpenHouse) -> None:
    guest = await open_house()
    talk = await guest.customer("C-1001")
    await talk.says("please change my email address to amira.new@example.com")
    assert talk.pending[0] == "verify", talk.turn
    sent = (await guest.fetch("channel", "/v1/sandbox/outbox?customer_id=C-1001"))["items"][-1]
    assert sent["text"].startswith("Northwind Fibre: Your code is ")
    await talk.says_code()
    await talk.says("yes")
    sent = [each for each in (await guest.fetch("channel", "/v1/sandbox/outbox?customer_id=C-1001"))["items"]]
    told = next(each["text"] for each in sent if each["template"] == "contact_changed")
    assert told.startswith("Northwind Fibre: Your contact details with us were changed on ")
    assert told.endswith("tell us at once, here.")
