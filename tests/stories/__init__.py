"""The product's scenarios as plain tests, played on every platform against what its adapter really rendered."""
