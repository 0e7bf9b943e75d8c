"""A message that was delivered, for the tests of what moves it."""

from router.messages.acceptance import Receipt
from router.messaging.settings import MessagingSettings
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import House

TO_ANN = settings({Topic.BILLING: ["ann"]})


def deliver(house: House, messaging: MessagingSettings = TO_ANN) -> Receipt:
    receipt = house.furnish(messaging).write()[0]
    house.route.run()
    return receipt
