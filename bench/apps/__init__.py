"""The same three answers in every framework, as its documentation writes them."""
