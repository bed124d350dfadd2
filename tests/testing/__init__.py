"""Tests of FakePictory itself."""
