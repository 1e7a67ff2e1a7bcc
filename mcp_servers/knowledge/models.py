"""What the knowledge base's tools answer."""

from pydantic import BaseModel, Field


class FoundArticle(BaseModel, frozen=True):
    """An article that fits the words searched for."""

    article_id: str = Field(description="The article's name.")
    title: str = Field(description="Its heading.")
    snippet: str = Field(description="How it begins.")


class FoundArticles(BaseModel, frozen=True):
    """Articles, best fit first."""

    items: list[FoundArticle] = Field(description="The entries, in the order that the list promises.")


class Article(BaseModel, frozen=True):
    """An article as customers read it, in Markdown."""

    article_id: str = Field(description="The article's name.")
    title: str = Field(description="Its heading.")
    text: str = Field(description="In Markdown.")
    locale: str = Field(description="The language of the text: English where there is no translation.")
    interrupts: bool = Field(default=False, description="Whether who does what it says is without service meanwhile.")
