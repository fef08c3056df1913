"""Coverage-guided fuzzing of what reads other people's bytes: `make fuzz`.

A target is one file here with two functions. ``seeds()`` gives inputs to begin with; ``check(data)`` does the work on
any bytes, raises if something is wrong, and returns what the input showed, as small numbers: most of the work is
done by compiled code that a fuzzer of Python cannot look into, and these numbers tell it that an input was a new one.
Inputs are plain bytes of a log, a table or an archive, so one that crashes is a file to run `oddline scan` on.
"""
