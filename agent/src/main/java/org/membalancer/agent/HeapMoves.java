// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent;

import java.util.List;
import org.membalancer.core.migrate.Errno;
import org.membalancer.core.migrate.HelperMoves;
import org.membalancer.core.policy.AddressRange;

/**
 * Has whichever helper is there move pages of a heap that is mapped several times, and says once what stands in the way. Owned
 * by the duty thread.
 */
final class HeapMoves implements HelperMoves {
    /** What the kernel says of a socket that is not connected. */
    private static final int ENOTCONN = 107;

    private final HelperLink link;
    private final AgentLog log;
    private String lastTrouble = "";

    HeapMoves(HelperLink link, AgentLog log) {
        this.link = link;
        this.log = log;
    }

    @Override
    public Answer move(int pid, int nodeId, List<AddressRange> ranges) {
        if (!link.isAlive()) { // which the link has said
            return Answer.failed(ENOTCONN, "no helper");
        }
        Answer answer = link.session().orElseThrow().moves().move(pid, nodeId, ranges);
        if (answer.errno() != 0) {
            sayOnce(answer.why() + ", which only it can: the heap is mapped several times");
        } else if (answer.pagesByErrno().containsKey(Errno.EACCES)) {
            sayOnce("the helper moves no pages of this heap that are mapped several times: it did not find them in a"
                    + " memory file named java_heap");
        }
        return answer;
    }

    private void sayOnce(String trouble) {
        if (!trouble.equals(lastTrouble)) {
            lastTrouble = trouble;
            log.problem(trouble);
        }
    }
}
