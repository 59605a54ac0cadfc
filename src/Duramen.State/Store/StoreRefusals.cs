using Duramen.Core.Ids;

namespace Duramen.State.Store;

/// <summary>The refusals of stores in words.</summary>
internal static class StoreRefusals
{
    /// <summary>Refuses to read as of an offset that is not between horizon and position.</summary>
    public static void CheckAsOf(Offset asOf, Offset horizon, Offset position)
    {
        if (asOf < horizon)
        {
            throw new StoreException(
                StoreErrors.BelowHorizon,
                $"The state as of offset {asOf} is below the horizon, which is {horizon}.",
                $"Read as of {horizon} or later, or keep more history and rebuild the table from its log.");
        }

        if (asOf > position)
        {
            throw new StoreException(
                StoreErrors.BeyondPosition,
                $"The state as of offset {asOf} is not known yet: the fold has got to {position}.",
                "Wait until it is folded, or read as of an earlier offset.");
        }
    }

    public static StoreException KeyTooLarge(int sizeBytes) => new(
        StoreErrors.TooLarge,
        $"A key of {sizeBytes} bytes is larger than the {StoreLimits.KeyMaxBytes} bytes that a store takes.",
        "Use shorter keys.");

    public static StoreException ValueTooLarge(int sizeBytes) => new(
        StoreErrors.TooLarge,
        $"A value of {sizeBytes} bytes is larger than the {StoreLimits.ValueMaxBytes} bytes that a store takes.",
        "Keep large values elsewhere and their place in the table.");

    public static StoreException Damaged(string path, string what) => new(
        StoreErrors.Damaged,
        $"{path}: {what}.",
        "The store is a cache of the log: delete its folder, and it is folded again.");

    public static StoreException Failed(string folder, Exception cause) => new(
        StoreErrors.Failed,
        $"The store in {folder} cannot write any more: {cause.Message}",
        "Remove the cause and open the store again; it goes on from its last durable position.",
        cause);

    public static StoreException Full(string folder, long sizeBytes, long budgetBytes) => new(
        StoreErrors.Full,
        $"The store in {folder} needs {sizeBytes} bytes without any past, and may have {budgetBytes}.",
        "Raise its disk budget, or make the table smaller.");

    public static StoreException Locked(string folder) => new(
        StoreErrors.Locked,
        $"The store in {folder} is open already.",
        "Close it where it is open, or use another folder.");

    public static StoreException Closed() => new(StoreErrors.Closed, "The store was closed.", "Open it again.");
}
