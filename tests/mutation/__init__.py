"""Do the tests notice when the code is wrong? Small faults are put in, one at a time, and the tests that run there are run."""
