"""A face: parse, call one function, show."""
