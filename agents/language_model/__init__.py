"""The optional second brain: any OpenAI-compatible endpoint, kept within a budget and never trusted with authority."""

from agents.language_model.assignment import Assignment, LoopResult, Propose, ToolOffer
from agents.language_model.model import LanguageModel, ModelTurn
from agents.language_model.reading import Reading
from agents.language_model.settings import Budget, LanguageModelSettings
from agents.language_model.usage import ModelUsage

__all__ = [
    "Assignment",
    "Budget",
    "LanguageModel",
    "LoopResult",
    "LanguageModelSettings",
    "ModelTurn",
    "ModelUsage",
    "Propose",
    "Reading",
    "ToolOffer",
]
