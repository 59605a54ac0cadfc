using Duramen.Log;

namespace Duramen.Storage.Compaction;

/// <summary>The times that one compaction goes by, fixed when it begins; milliseconds since 1970.</summary>
/// <param name="NowMs">The time now.</param>
/// <param name="NewHorizonMs">The time from which tombstones that are kept for the first time may go.</param>
internal readonly record struct CompactionClock(long NowMs, long NewHorizonMs)
{
    public static CompactionClock Read(TimeProvider time, LogOptions options)
    {
        long nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        return new CompactionClock(nowMs, options.DeleteRetentionMs > long.MaxValue - nowMs ? long.MaxValue : nowMs + options.DeleteRetentionMs);
    }
}
