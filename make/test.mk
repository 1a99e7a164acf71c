# SPDX-License-Identifier: Apache-2.0
# make test: the C tests, Maven's unit and integration tests, and the generated pages; one closing line for all.

C_TESTS += make/deps_test.sh e2e/guest/crash_test.sh

.PHONY: c-tests
c-tests: $$(C_TESTS)

test: native c-tests
	@MVN='$(MVN)' BUILD=$(BUILD) make/test $(C_TESTS)
