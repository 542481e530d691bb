"""The same three responses in every framework, written as its documentation does."""
