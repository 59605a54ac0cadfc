using System.Diagnostics;
using Duramen.State.Replays;

namespace Duramen.Debugging;

/// <summary>Where a replay stops the debugger that is attached to it. This assembly is not optimised, so that the debugger takes it for its user's.</summary>
public static class RecordStop
{
    /// <summary>Stops an attached debugger, and applies the record of a step once more, to the state as it was before it. Without a debugger it does nothing.</summary>
    public static void Before(ReplayRun run, ReplayStep step)
    {
        if (!Debugger.IsAttached)
        {
            return;
        }

        Debugger.Break();

        // This record is the one. Step into the next line, or switch your breakpoint on and continue: it is applied once more, and what that changes is thrown away.
        run.Repeat(step);
    }
}
