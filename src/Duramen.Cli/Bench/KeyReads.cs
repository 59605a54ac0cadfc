using System.Diagnostics;
using Duramen.Core.Ids;
using Duramen.State.Store;

namespace Duramen.Cli.Bench;

/// <summary>Reads of keys at random, now or as of offsets at random, each timed.</summary>
/// <param name="snapshot">What is read.</param>
/// <param name="keys">From how many keys.</param>
/// <param name="isAsOf">Whether as of offsets.</param>
internal sealed class KeyReads(IStoreSnapshot snapshot, long keys, bool isAsOf)
{
    private const int Turns = 20;
    private const int ReadsPerTurn = 10_000;

    private readonly Random _random = new(1);
    private readonly Samples _reads = new(Turns * ReadsPerTurn);
    private readonly Samples _clock = new(Turns * ReadsPerTurn);

    /// <summary>The median of a read, without that of the clock.</summary>
    public double MedianMicroseconds => (_reads.PercentileMs(0.5) - _clock.PercentileMs(0.5)) * 1000;

    /// <summary>Has several take turns, so that those that are compared meet the machine in the same state.</summary>
    public static void InTurns(params ReadOnlySpan<KeyReads> all)
    {
        for (int turn = 0; turn < Turns; turn++)
        {
            foreach (KeyReads reads in all)
            {
                reads.TakeTurn();
            }
        }
    }

    private void TakeTurn()
    {
        Span<byte> key = stackalloc byte[BenchFill.KeyBytes];
        for (int read = 0; read < ReadsPerTurn; read++)
        {
            BenchFill.WriteKey(key, _random.NextInt64(keys));
            Offset asOf = isAsOf ? new Offset(_random.NextInt64(snapshot.Position.Value + 1)) : snapshot.Position;
            _clock.Add(Stopwatch.GetTimestamp());
            long began = Stopwatch.GetTimestamp();
            snapshot.TryGet(key, asOf, out _);
            _reads.Add(began);
        }
    }
}
