"""What people press, send, type and choose in Slack, over HTTP, from a signed request to what they then see."""

from __future__ import annotations

from tests.slack.serving import AMINA, CHANNEL, Served


async def test_a_flag_is_given_in_a_window_and_ends_in_its_receipt(served: Served) -> None:
    card = await served.announce()
    driver = served.driver
    assert (await driver.press(AMINA, CHANNEL, card, "Give your view")).status == 200
    window = served.workspace.window(AMINA)
    form = window.top
    form.choose("Who can know this is from you?", "Confidential: nobody is shown my name")
    form.choose("Is it deliverable?", "Deliverable if…")
    form.choose("What is it mainly about?", "Timetable")
    form.write("Why?", "Sixty contracts end after April.")
    form.write("What would make it deliverable?", "Start with councils that share a system.")
    assert (await driver.submit(AMINA)).status == 200
    assert window.top.json["title"]["text"] == "Flag saved"
