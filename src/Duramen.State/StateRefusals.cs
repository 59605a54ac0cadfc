using System.Diagnostics;
using System.Globalization;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Log;

namespace Duramen.State;

/// <summary>The refusals of machines and their hosts in words. Everyone who is refused gets an exception of their own.</summary>
internal static class StateRefusals
{
    /// <summary>What stopped a host, as those who call it are told.</summary>
    public static StateException Stopped(ILog log, Exception cause) => cause is LogException { Code: var code } && code == LogErrors.Conflict
        ? new StateException(
            StateErrors.Superseded,
            $"The machine on log '{log.Name}' stopped: something else appended to its log. {cause.Message}",
            "Ask the host that took over, or open another on the log.",
            cause)
        : new StateException(
            StateErrors.Failed,
            $"The machine on log '{log.Name}' stopped: {cause.Message}",
            "Remove the cause and open another host on the log; then ask what became of the call before making it again.",
            cause);

    /// <summary>A call to a host that was closed, or was waiting in one.</summary>
    public static StateException Closed(ILog log) => new(
        StateErrors.Closed,
        $"The machine on log '{log.Name}' was closed.",
        "Open another host on the log.");

    /// <summary>A record that the machine did not take.</summary>
    public static StateException Unreadable(ILog log, Offset offset, Exception cause) => new(
        StateErrors.Unreadable,
        $"The record at offset {offset} of log '{log.Name}' cannot be applied: {(cause is DuramenException ? "" : $"{cause.GetType().Name}: ")}{cause.Message.TrimEnd('.')}.",
        "Run the version that wrote it, or a newer one; or correct the code that failed.",
        cause);

    /// <summary>A keyframe that is good and that the machine did not take.</summary>
    public static StateException Unreadable(ILog log, Offset position, Exception cause, string path) => new(
        StateErrors.Unreadable,
        $"The state of the machine on log '{log.Name}' as of offset {position}, in {path}, cannot be taken over: {cause.Message}",
        "Run the version that wrote it; or give this one another version, so that it is not used; or delete it.",
        cause);

    /// <summary>A batch whose records cannot be walked.</summary>
    public static StateException Unreadable(ILog log, Offset baseOffset, string fault) => new(
        StateErrors.Unreadable,
        $"The records of the batch at offset {baseOffset} of log '{log.Name}' cannot be read: {fault}",
        "Find out what else wrote to the log.");

    /// <summary>A machine that is not deterministic, found by executing an input twice.</summary>
    public static StateException Nondeterministic(ILog log, Offset offset, Exception cause) => new(
        StateErrors.Nondeterministic,
        $"The machine on log '{log.Name}' is not deterministic: for the input at offset {offset} {cause.Message}.",
        "Remove clocks, chance, hash order, culture and everything else but input and state from what it executes.",
        cause);

    /// <summary>Code that was replayed and threw. The place is the first with a known line: the user's own, where its symbols are beside it.</summary>
    public static StateException ReplayFailed(ILog log, Offset offset, string name, Exception cause)
    {
        // A static constructor's own message says no more than that it failed.
        cause = cause is TypeInitializationException { InnerException: { } first } ? first : cause;
        StackFrame? frame = new StackTrace(cause, fNeedFileInfo: true).GetFrames().FirstOrDefault(frame => frame.GetFileName() is not null);
        string place = frame is null ? "" : string.Create(CultureInfo.InvariantCulture, $" in {frame.GetFileName()}:{frame.GetFileLineNumber()}");
        return new StateException(
            StateErrors.ReplayFailed,
            $"'{name}' failed at the record at offset {offset} of log '{log.Name}' with {cause.GetType().Name}{place}: {cause.Message.TrimEnd('.', '\n', '\r')}.",
            "The state before the record is good: replay up to it, or stop a debugger at that place.",
            cause);
    }

    /// <summary>A state that cannot be gone on from, since the log has not what comes behind it.</summary>
    public static StateException Misplaced(ILog log, Offset position, LogWatermarks marks) => position < marks.Start
        ? new StateException(
            StateErrors.Misplaced,
            $"The replica's state is as of offset {position}, and log '{log.Name}' begins at {marks.Start}: the records between were trimmed, and without them the state cannot be computed.",
            "Begin at a keyframe that is not before the start of the log, or at a copy of another replica's store.")
        : new StateException(
            StateErrors.Misplaced,
            $"The replica's state is as of offset {position}, and log '{log.Name}' ends at {marks.End}: it is the state of a longer log, perhaps of the one that this is an older copy of.",
            "Delete the state, so that it is computed again; or put back the log that it is of.");

    /// <summary>An input at a replica that does not take any.</summary>
    public static StateException NotPrimary(ILog log) => new(
        StateErrors.NotPrimary,
        $"This replica of the machine on log '{log.Name}' is a backup.",
        "Give the input to the primary, or promote this replica.");

    /// <summary>Inputs at a primary that is none any more.</summary>
    public static StateException Deposed(ILog log) => new(
        StateErrors.Superseded,
        $"This replica was the primary of the machine on log '{log.Name}', and another one is now; the input was not executed.",
        "Give the input to the new primary.");

    /// <summary>Two replicas that are not in the same state.</summary>
    public static StateException Diverged(ILog log, string where) => new(
        StateErrors.Diverged,
        $"Two replicas of the machine on log '{log.Name}' have different states: {where}",
        "Replay the log with both versions of the machine up to that offset to see which one is right; then delete the state of the other.");
}
