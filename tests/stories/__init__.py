"""The scenarios of the product in plain sentences, played on every platform by what its adapter really rendered."""
