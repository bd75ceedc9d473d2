"""What would be cheaper now: changes of settings and purchases, each priced by billing the stack again."""

from policy.economics.recommendations.candidate import Change, Purchase
from policy.economics.recommendations.ranking import MOST, Recommendation, recommend

__all__ = ["MOST", "Change", "Purchase", "Recommendation", "recommend"]
