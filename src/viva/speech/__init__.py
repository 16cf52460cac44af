"""Audio to words with times, and words with times to delivery facts (pace, pauses, fillers)."""

from viva.speech._activity import Span, check_speech, find_speech
from viva.speech._audio import MAX_SECONDS, RATE, Audio, audio_of, pcm_of, read_wav, wav_of
from viva.speech._delivery import Delivery, delivery_of
from viva.speech._engines import ENGINES, NO_ENGINE, Engine, Readiness, choose, examine, find_engine
from viva.speech._errors import SpeechError
from viva.speech._journal import MAX_CHUNK, Recording
from viva.speech._transcriber import Options, Transcriber, transcribe
from viva.speech._words import UNSURE_BELOW, Transcript, Where, Word, words_of

__all__ = [
    "ENGINES",
    "MAX_CHUNK",
    "MAX_SECONDS",
    "NO_ENGINE",
    "RATE",
    "UNSURE_BELOW",
    "Audio",
    "Delivery",
    "Engine",
    "Options",
    "Readiness",
    "Recording",
    "Span",
    "SpeechError",
    "Transcriber",
    "Transcript",
    "Where",
    "Word",
    "audio_of",
    "check_speech",
    "choose",
    "delivery_of",
    "examine",
    "find_engine",
    "find_speech",
    "pcm_of",
    "read_wav",
    "transcribe",
    "wav_of",
    "words_of",
]
