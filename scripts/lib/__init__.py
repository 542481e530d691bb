"""The modules behind the programs in this folder; imported as `lib.NAME`."""
