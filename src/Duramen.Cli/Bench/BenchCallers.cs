using System.Diagnostics;

namespace Duramen.Cli.Bench;

/// <summary>Callers that each call, wait for the answer and call again. They may run in turns with others and go on where they were.</summary>
/// <param name="count">How many.</param>
/// <param name="open">Makes what one of them does again and again.</param>
internal sealed class BenchCallers(int count, Func<int, Func<ValueTask>> open)
{
    private readonly Func<ValueTask>[] _calls = [.. Enumerable.Range(0, count).Select(open)];

    /// <summary>Has all of them call for a time.</summary>
    /// <param name="samples">Gets how long each call took.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="finish">What belongs to the calls and is done after the last one; its time counts.</param>
    public async Task RunAsync(Samples samples, TimeSpan duration, Func<ValueTask>? finish = null)
    {
        samples.Start();
        Task until = Task.Delay(duration);
        Samples[] ofCallers = await Task.WhenAll(_calls.Select(call => Task.Run(() => RepeatAsync(call, until)))).ConfigureAwait(false);
        if (finish is not null)
        {
            await finish().ConfigureAwait(false);
        }

        samples.Stop();
        Array.ForEach(ofCallers, samples.Merge);
    }

    private static async Task<Samples> RepeatAsync(Func<ValueTask> call, Task until)
    {
        var samples = new Samples(1024);
        while (!until.IsCompleted)
        {
            long began = Stopwatch.GetTimestamp();
            await call().ConfigureAwait(false);
            samples.Add(began);
        }

        return samples;
    }
}
