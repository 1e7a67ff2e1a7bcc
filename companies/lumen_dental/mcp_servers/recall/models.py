"""What the tools of `recall` answer."""

from datetime import date, datetime

from pydantic import BaseModel, Field


class Reminder(BaseModel, frozen=True):
    """When a patient is to be reminded of their next check-up."""

    customer_id: str
    active: bool = Field(description="Whether the patient wants to be reminded.")
    next_on: date | None = Field(description="The day of the next reminder, none where there is none.")


class Guardian(BaseModel, frozen=True):
    """Who was on the line for a patient under age, and whether that is still so."""

    customer_id: str
    on_line: bool = Field(description="Whether a guardian was noted within the last half hour.")
    name: str = Field(description="As they gave it; empty where nobody was noted.")
    noted_at: datetime | None
