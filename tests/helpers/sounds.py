"""Sound files for the tests."""

import math
import struct
import wave


def write_wav(path, rate, width, channels, seconds=0.5):
    """Write a 440 Hz tone at half of full scale."""
    frames = bytearray()
    for i in range(int(rate * seconds)):
        value = 0.5 * math.sin(2 * math.pi * 440 * i / rate)
        if width == 1:
            sample = struct.pack("B", round(128 + 127 * value))
        else:
            top = 2 ** (8 * width - 1) - 1
            sample = round(top * value).to_bytes(width, "little", signed=True)
        frames += sample * channels
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(bytes(frames))
