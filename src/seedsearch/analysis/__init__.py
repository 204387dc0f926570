"""Text to terms: one definition, used by index and query alike.

`fold` brings characters to a common form, `tokenizer` cuts folded text into terms with positions,
`stemming` says which terms are forms of one word, `stopwords` which say too little to rank by.
`Analyzer` is all of them together.
"""

from seedsearch.analysis.analyzer import Analyzer, shared_analyzer
from seedsearch.analysis.stemming import Form
from seedsearch.analysis.stopwords import STOP_WORDS
from seedsearch.analysis.tokenizer import Token

__all__ = ["STOP_WORDS", "Analyzer", "Form", "Token", "shared_analyzer"]
