using System.Globalization;
using Duramen.Core.Ids;

namespace Duramen.State.Store;

/// <summary>The refusals of stores in words.</summary>
internal static class StoreRefusals
{
    /// <summary>Refuses to read as of an offset that is not between horizon and position.</summary>
    /// <param name="asOf">The offset.</param>
    /// <param name="horizon">The earliest that can be read as of.</param>
    /// <param name="position">The latest.</param>
    /// <param name="partition">The partition that it is in, where there are several.</param>
    public static void CheckAsOf(Offset asOf, Offset horizon, Offset position, int? partition = null)
    {
        if (asOf < horizon)
        {
            throw new StoreException(
                StoreErrors.BelowHorizon,
                $"The state as of offset {asOf}{In(partition)} is below the horizon, which is {horizon}.",
                $"Read as of {horizon} or later, or keep more history and rebuild the table from its log.");
        }

        if (asOf > position)
        {
            throw new StoreException(
                StoreErrors.BeyondPosition,
                $"The state as of offset {asOf}{In(partition)} is not known yet: the fold has got to {position}.",
                "Wait until it is folded, or read as of an earlier offset.");
        }
    }

    /// <summary>Refuses keys and values that are too large.</summary>
    public static void CheckSizes(int keyBytes, int valueBytes)
    {
        if (keyBytes > StoreLimits.KeyMaxBytes)
        {
            throw new StoreException(
                StoreErrors.TooLarge,
                $"A key of {keyBytes} bytes is larger than the {StoreLimits.KeyMaxBytes} bytes that a store takes.",
                "Use shorter keys.");
        }

        if (valueBytes > StoreLimits.ValueMaxBytes)
        {
            throw new StoreException(
                StoreErrors.TooLarge,
                $"A value of {valueBytes} bytes is larger than the {StoreLimits.ValueMaxBytes} bytes that a store takes.",
                "Keep large values elsewhere and their place in the table.");
        }
    }

    public static StoreException Damaged(string path, string what) => new(
        StoreErrors.Damaged,
        $"{path}: {what}.",
        "The store is a cache of the log. A table folds it again by itself: ask again. Otherwise delete its folder, and fold it again.");

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

    private static string In(int? partition) => partition is int number ? string.Create(CultureInfo.InvariantCulture, $" of partition {number}") : "";
}
