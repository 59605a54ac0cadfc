using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Core.Random;
using Duramen.Disk.Simulated;
using Duramen.Log;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.Faults.Tests.Oracle;

/// <summary>
/// Does everything that can be done to a folder, at random, and keeps account of what was acknowledged. One call at a time except for bursts
/// of appends, so that at most one change, or one burst, is without an answer when the disk goes down.
/// </summary>
internal sealed class Workload(ulong seed, Func<bool> isDown)
{
    private static readonly AppendOptions Checked = new(Producer: ProducerCheck.Sequences);

    private readonly Prng _random = Prng.ForStream(seed, "workload");
    private readonly SortedDictionary<string, LogModel> _logs = new(StringComparer.Ordinal);
    private int _tag;

    public IEnumerable<LogModel> Logs => _logs.Values;

    /// <summary>Runs some steps; false when the disk went down.</summary>
    public async Task<bool> RunAsync(DataFolder folder, int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            if (!await StepAsync(folder))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Compares the folder with the model after recovery; returns what is wrong, or null.</summary>
    public async Task<string?> CompareAsync(DataFolder folder)
    {
        foreach (LogModel model in _logs.Values.ToArray())
        {
            DiskLog? log = folder.FindLog(model.Name);
            if (log is null)
            {
                if (!model.IsCreationUnanswered && !model.IsDeletionUnanswered)
                {
                    return $"Log '{model.Name}' is gone.";
                }

                _logs.Remove(model.Name);
            }
            else if (await model.CompareAsync(log) is string difference)
            {
                return $"Log '{model.Name}': {difference}.";
            }
        }

        return folder.Logs.Count == _logs.Count ? null : $"There are {folder.Logs.Count} logs and should be {_logs.Count}.";
    }

    /// <summary>
    /// Has every producer send again what it would after a crash: its last batches, each of which must be recognised at its own offsets, and what was not
    /// answered and is not there, which must go on where the log ends. What leaves a gap or is of an older epoch must be refused.
    /// </summary>
    public async Task RetryAsync(DataFolder folder)
    {
        foreach (LogModel model in _logs.Values)
        {
            DiskLog log = folder.FindLog(model.Name)!;
            bool isKnown = false;
            foreach ((long begin, long next, byte[] bytes) in model.LastOfProducer())
            {
                isKnown = true;
                AppendOutcome again = await log.TryAppendAsync(bytes.ToArray(), Checked);
                Require(again.Result == new AppendResult(new Offset(begin), new Offset(next), IsDuplicate: true), model, $"the batch at {begin}, sent again, gave {again}");
            }

            foreach (byte[][] batches in model.Lost)
            {
                AppendOutcome again = await log.TryAppendAsync(Batches.Join(batches), Checked);
                Require(again.Appended && again.Result.BaseOffset.Value == model.End, model, $"what was lost, sent again, gave {again}");
                model.Appended(batches);
                isKnown = true;
            }

            model.Lost.Clear();
            (short epoch, int sequence) = model.NextOfProducer();
            AppendOutcome gap = await log.TryAppendAsync(Batches.From(model.Producer, epoch, (sequence + 1) & int.MaxValue, 1, 10), Checked with { ExpectedEnd = new Offset(-1) });
            Require(gap.Status == (isKnown ? AppendStatus.SequenceGap : AppendStatus.Conflict), model, $"a gap in what it has of its producer gave {gap}");
            if (epoch > 0)
            {
                AppendOutcome fenced = await log.TryAppendAsync(Batches.From(model.Producer, (short)(epoch - 1), 0, 1, 10), Checked);
                Require(fenced.Status == AppendStatus.ProducerFenced, model, $"an older epoch of its producer gave {fenced}");
            }

            Require(log.Watermarks.End.Value == model.End, model, $"it ends at {log.Watermarks.End} and should at {model.End}");
        }
    }

    /// <summary>Compares bytes only, while the folder is in use; returns what is wrong, or null.</summary>
    public async Task<string?> CompareBytesAsync(DataFolder folder)
    {
        foreach (LogModel model in _logs.Values)
        {
            if (await model.CompareBytesAsync(folder.FindLog(model.Name)!) is string difference)
            {
                return $"Log '{model.Name}': {difference}.";
            }
        }

        return null;
    }

    private async Task<bool> StepAsync(DataFolder folder)
    {
        if (_logs.Count == 0)
        {
            return await CreateAsync(folder);
        }

        LogModel model = _logs.Values.ElementAt(_random.NextInt32(_logs.Count));
        DiskLog log = folder.FindLog(model.Name)!;
        switch (_random.NextInt32(100))
        {
            case < 30:
                return await BurstAsync(folder, 1);
            case < 45:
                return await ProduceAsync(log, model);
            case < 62:
                return await BurstAsync(folder, 2 + _random.NextInt32(4));
            case < 70:
                return await ConditionalAsync(log, model);
            case < 76:
                long start = _random.NextInt64(model.Start, model.Committed + 1);
                return await TryAsync(log.TrimAsync(new Offset(start)), () => model.Trimmed(start), () => model.TrimUnanswered(start));
            case < 82 when model.Rule == CommitRule.WhenTold:
                long end = _random.NextInt64(model.Committed, model.End + 1);
                return await TryAsync(log.TruncateAsync(new Offset(end)), () => model.Truncated(end), () => model.TruncateUnanswered(end));
            case < 85 when model.Rule == CommitRule.WhenTold:
                return Commit(log, model);
            case < 91 when _logs.Count < 4:
                return await CreateAsync(folder);
            case < 93:
                return await TryAsync(folder.DeleteLogAsync(model.Name), () => _logs.Remove(model.Name), () => model.IsDeletionUnanswered = true);
            case < 95:
                return await TryAsync(new ValueTask(Task.Run(folder.Checkpoint)), () => { }, () => { });
            default:
                return await BurstAsync(folder, 1);
        }
    }

    private async Task<bool> CreateAsync(DataFolder folder)
    {
        CommitRule rule = _logs.Count % 2 == 1 ? CommitRule.WhenTold : CommitRule.WhenDurable;
        var model = new LogModel($"log {_tag++}", rule) { IsCreationUnanswered = true, Producer = _tag };

        // The times of two batches differ by 2 ms at most.
        var options = new LogOptions { CommitRule = rule, SegmentSizeBytes = _random.Pick<long>([600, 4096, 40_000, 1 << 20]), SegmentMs = _random.Pick<long>([1, 1000]) };
        _logs.Add(model.Name, model);
        return await TryAsync(
            new ValueTask(folder.CreateLogAsync(model.Name, options).AsTask()), () => model.IsCreationUnanswered = false, () => { });
    }

    private bool Commit(DiskLog log, LogModel model)
    {
        try
        {
            long committed = model.BoundaryAfter(_random.NextInt64(model.Committed, model.End + 1));
            log.AdvanceCommitted(new Offset(committed));
            model.Committed = Math.Max(model.Committed, committed);
            return true;
        }
        catch (Exception cause) when (IsEnd(cause))
        {
            return false;
        }
    }

    private async Task<bool> ConditionalAsync(DiskLog log, LogModel model)
    {
        bool isRight = _random.NextBool();
        byte[][] batches = NewAppend();
        var expected = new Offset(isRight ? model.End : model.End + 1);
        try
        {
            AppendOutcome outcome = await log.TryAppendAsync(Batches.Join(batches), new AppendOptions(expected));
            if (outcome.Appended != isRight || (!isRight && outcome.ActualEnd.Value != model.End))
            {
                throw new OracleException($"A conditional append at {expected} of '{model.Name}', which ends at {model.End}, gave {outcome}.");
            }

            if (isRight)
            {
                model.Appended(batches);
            }

            return true;
        }
        catch (Exception cause) when (IsEnd(cause))
        {
            if (isRight)
            {
                model.AppendUnanswered(batches);
            }

            return false;
        }
    }

    // Appends that are under way together, to any logs.
    private async Task<bool> BurstAsync(DataFolder folder, int count)
    {
        var appends = new List<(LogModel Model, byte[][] Batches, Task<AppendResult> Result)>();
        for (int append = 0; append < count; append++)
        {
            LogModel model = _logs.Values.ElementAt(_random.NextInt32(_logs.Count));
            byte[][] batches = NewAppend();
            appends.Add((model, batches, folder.FindLog(model.Name)!.AppendAsync(Batches.Join(batches)).AsTask()));
        }

        bool isUp = true;
        foreach ((LogModel model, byte[][] batches, Task<AppendResult> task) in appends)
        {
            try
            {
                AppendResult result = await task;
                if (!isUp)
                {
                    throw new OracleException("An append was acknowledged after one before it had failed.");
                }

                if (result.BaseOffset.Value != model.End)
                {
                    throw new OracleException($"An append to '{model.Name}', which ends at {model.End}, gave {result}.");
                }

                model.Appended(batches);
            }
            catch (Exception cause) when (IsEnd(cause))
            {
                model.AppendUnanswered(batches);
                isUp = false;
            }
        }

        return isUp;
    }

    // Appends of the log's idempotent producer that are under way together, some of them sent twice.
    private async Task<bool> ProduceAsync(DiskLog log, LogModel model)
    {
        (short epoch, int sequence) = model.NextOfProducer();
        if (_random.NextInt32(8) == 0)
        {
            (epoch, sequence) = ((short)(epoch + 1), 0);
        }

        var appends = new List<(byte[][] Batches, Task<AppendResult> Result, Task<AppendResult>? Again)>();
        for (int count = 1 + _random.NextInt32(4); count > 0; count--)
        {
            byte[][] batches = new byte[1 + _random.NextInt32(2)][];
            for (int batch = 0; batch < batches.Length; batch++)
            {
                batches[batch] = Batches.From(model.Producer, epoch, sequence, 1 + _random.NextInt32(3), 4 + _random.NextInt32(_random.NextInt32(5) == 0 ? 9000 : 200));
                sequence = Batches.ProducerOf(batches[batch]).NextSequence;
            }

            Task<AppendResult> result = log.AppendAsync(Batches.Join(batches), Checked).AsTask();
            appends.Add((batches, result, _random.NextInt32(3) == 0 ? log.AppendAsync(Batches.Join(batches), Checked).AsTask() : null));
        }

        bool isUp = true;
        foreach ((byte[][] batches, Task<AppendResult> task, Task<AppendResult>? again) in appends)
        {
            try
            {
                AppendResult result = await task;
                Require(isUp && !result.IsDuplicate && result.BaseOffset.Value == model.End, model, $"an append of its producer at {model.End} gave {result}");
                model.Appended(batches);
                if (again is not null)
                {
                    AppendResult repeated = await again;
                    Require(repeated == result with { IsDuplicate = true }, model, $"an append that gave {result} and came again gave {repeated}");
                }
            }
            catch (Exception cause) when (IsEnd(cause))
            {
                // Whichever of the two it was: what was answered once is counted in already.
                if (!task.IsCompletedSuccessfully)
                {
                    model.AppendUnanswered(batches);
                }

                isUp = false;
            }
        }

        return isUp;
    }

    private static void Require(bool holds, LogModel model, FormattableString what)
    {
        if (!holds)
        {
            throw new OracleException($"Log '{model.Name}': {FormattableString.Invariant(what)}.");
        }
    }

    private byte[][] NewAppend()
    {
        byte[][] batches = new byte[_random.NextInt32(4) == 0 ? 1 + _random.NextInt32(4) : 1][];
        for (int batch = 0; batch < batches.Length; batch++)
        {
            // From 4 KiB on appends of these tests are large ones; a few batches are larger than a segment, and a few end on a sector.
            int valueBytes = _random.NextInt32(10) switch
            {
                < 6 => _random.NextInt32(300),
                < 8 => 1000 + _random.NextInt32(2000),
                _ => 4000 + _random.NextInt32(16_000),
            };
            batches[batch] = Batches.Of($"{seed}/{_tag++}", 1 + _random.NextInt32(3), 1 + valueBytes);
        }

        return batches;
    }

    private async Task<bool> TryAsync(ValueTask operation, Action done, Action unanswered)
    {
        try
        {
            await operation;
            done();
            return true;
        }
        catch (Exception cause) when (IsEnd(cause))
        {
            unanswered();
            return false;
        }
    }

    private bool IsEnd(Exception cause) => cause is DuramenException or SimulatedCrashException && isDown();
}
