using System.Diagnostics;

namespace Duramen.Cli.Bench;

/// <summary>Writers that each append, wait for the answer and append again. They run in turns with others and go on where they were.</summary>
/// <param name="count">How many.</param>
/// <param name="open">Makes what one of them does again and again.</param>
internal sealed class EntityBenchWriters(int count, Func<int, Func<ValueTask>> open)
{
    private readonly Func<ValueTask>[] _appends = [.. Enumerable.Range(0, count).Select(open)];

    /// <summary>Has all of them write for a time.</summary>
    /// <param name="samples">Gets how long each append took.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="finish">What belongs to the writing and is done after the last append; its time counts.</param>
    public async Task RunAsync(Samples samples, TimeSpan duration, Func<ValueTask>? finish = null)
    {
        samples.Start();
        Task until = Task.Delay(duration);
        Samples[] ofWriters = await Task.WhenAll(_appends.Select(append => Task.Run(() => RepeatAsync(append, until)))).ConfigureAwait(false);
        if (finish is not null)
        {
            await finish().ConfigureAwait(false);
        }

        samples.Stop();
        Array.ForEach(ofWriters, samples.Merge);
    }

    private static async Task<Samples> RepeatAsync(Func<ValueTask> append, Task until)
    {
        var samples = new Samples(1024);
        while (!until.IsCompleted)
        {
            long began = Stopwatch.GetTimestamp();
            await append().ConfigureAwait(false);
            samples.Add(began);
        }

        return samples;
    }
}
