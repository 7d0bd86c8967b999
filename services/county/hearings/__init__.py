"""Who is said to have missed a household is heard before anybody is named."""
