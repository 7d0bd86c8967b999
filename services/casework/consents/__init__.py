"""承诺授权: the household lets departments compare its data; who has not signed yet; who gives up."""
