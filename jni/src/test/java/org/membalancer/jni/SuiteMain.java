// SPDX-License-Identifier: Apache-2.0
package org.membalancer.jni;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import java.io.PrintWriter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs all tests of this package but those that fork JVMs, and prints the outcome as one line. */
public final class SuiteMain {
    static final String FORKS = "forks";

    private SuiteMain() {
    }

    /** Exits with 1 when a test failed or none ran. */
    public static void main(String[] arguments) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectPackage(SuiteMain.class.getPackageName()))
                .filters(TagFilter.excludeTags(FORKS))
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        TestExecutionSummary summary = listener.getSummary();
        summary.printFailuresTo(new PrintWriter(System.out, true));
        System.out.println("suite: " + summary.getTestsSucceededCount() + " passed, "
                + summary.getTotalFailureCount() + " failed");
        boolean good = summary.getTestsSucceededCount() > 0 && summary.getTotalFailureCount() == 0;
        System.exit(good ? 0 : 1);
    }
}
