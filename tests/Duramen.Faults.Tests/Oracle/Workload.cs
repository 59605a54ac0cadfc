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
            case < 45:
                return await BurstAsync(folder, 1);
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
        var model = new LogModel($"log {_tag++}", rule) { IsCreationUnanswered = true };
        var options = new LogOptions { CommitRule = rule, SegmentSizeBytes = _random.Pick<long>([600, 4096, 40_000, 1 << 20]) };
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
