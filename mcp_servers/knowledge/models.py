"""What the knowledge base's tools answer."""

from pydantic import BaseModel, Field


class FoundArticle(BaseModel, frozen=True):
    """An article that fits the words searched for."""

    article_id: str
    title: str
    snippet: str


class FoundArticles(BaseModel, frozen=True):
    """Articles, best fit first."""

    items: list[FoundArticle]


class Article(BaseModel, frozen=True):
    """An article as customers read it, in Markdown."""

    article_id: str
    title: str
    text: str
    locale: str = Field(description="The language of the text: English where there is no translation.")
    interrupts: bool = Field(default=False, description="Whether who does what it says is without service meanwhile.")
