using Duramen.Core.Random;

namespace Duramen.Client.Cluster;

/// <summary>How long to wait before something is tried again: twice as long each time up to a limit, a fifth of it chance, so that clients do not come back together.</summary>
internal sealed class Backoff(ClientOptions options)
{
    private const double ChancePart = 0.2;
    private const int MaxDoublings = 20;

    private readonly Lock _lock = new();
    private readonly Prng _chance = Prng.ForStream(options.Seed, "backoff");

    /// <summary>The wait before an attempt in milliseconds; the first repetition is attempt 1.</summary>
    public int WaitMs(int attempt)
    {
        double wait = Math.Min(options.RetryBackoffMaxMs, (double)options.RetryBackoffMs * (1 << Math.Min(Math.Max(attempt - 1, 0), MaxDoublings)));
        lock (_lock)
        {
            return (int)(wait * (1 - ChancePart + (2 * ChancePart * _chance.NextDouble())));
        }
    }

    /// <summary>Waits before an attempt.</summary>
    public Task WaitAsync(int attempt, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(WaitMs(attempt)), options.Time, cancellationToken);
}
