ALL_PIPE_NAMES = {
    "sentencizer",
    "target_matcher",
    "context",
    "tokenizer",
    "preprocessor",
    "postprocessor",
    "sectionizer",
    "doc_consumer",
}

from .sentence_splitting import PyRuSHSentencizer
from .target_matcher import TargetMatcher
from .context import ConText
from .custom_tokenizer import create_medspacy_tokenizer
from .preprocess import Preprocessor
from .postprocess import Postprocessor
from .section_detection import Sectionizer
from .io import DocConsumer
