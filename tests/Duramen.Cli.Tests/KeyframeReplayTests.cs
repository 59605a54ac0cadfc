using Duramen.Cli.Machines;
using Duramen.Disk.Posix;
using Duramen.State.Keyframes;
using Duramen.State.Replication;
using Duramen.State.Store.Memory;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;
using Xunit;

namespace Duramen.Cli.Tests;

/// <summary>A replay begins at a keyframe that a program kept which ran the machine, and shows what a replay from the start shows.</summary>
public sealed class KeyframeReplayTests : IDisposable
{
    private static readonly string Machines = Executable.Assembly("Duramen.Cli.Machines");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_replay_begins_at_the_newest_keyframe_that_is_good_and_not_behind_its_beginning()
    {
        await KeepAsync("a=1\nb=10\n");
        await KeepAsync("a=2\nb=20\n");
        Append("a=3\n");
        string digest = Digest(Replay());

        foreach ((string? from, int begin) in new[] { ((string?)null, 4), ("5", 4), ("4", 4), ("3", 2), ("2", 2), ("1", 0) })
        {
            string[] place = from is null ? [] : ["--from", from];
            Outcome kept = Replay([.. place, "--keyframes", Kept]).Succeeded();
            Assert.Contains($"replayed from {begin} to 5;", kept.Errors, StringComparison.Ordinal);
            Assert.Equal(digest, Digest(kept));
            Assert.Equal(Replay(["--from", from ?? "4"]).Succeeded().Output, kept.Output);
        }

        string newest = $"{Kept}/00000000000000000004.keyframe";
        byte[] bytes = File.ReadAllBytes(newest);
        bytes[^12] ^= 1;
        File.WriteAllBytes(newest, bytes);
        Outcome older = Replay("--from", "4", "--keyframes", Kept).Succeeded();
        Assert.Contains($"{newest} is not used", older.Errors, StringComparison.Ordinal);
        Assert.Contains("replayed from 2 to 5;", older.Errors, StringComparison.Ordinal);
        Assert.Equal(digest, Digest(older));
        Assert.Contains("another machine", Replay("--machine", "Echo", "--keyframes", Kept).Succeeded().Errors, StringComparison.Ordinal);
    }

    private string Kept => Path.Combine(_folder.Root, "keyframes");

    private static string Digest(Outcome outcome) => outcome.Errors[outcome.Errors.IndexOf("the digest", StringComparison.Ordinal)..];

    // Two records, each a batch, and the machine that runs on them: it keeps its state after every two.
    private async Task KeepAsync(string lines)
    {
        Append(lines);
        await using DataFolder folder = await DataFolder.OpenAsync(new PosixDisk(), _folder.Data);
        DiskLog log = folder.FindLog("t")!;
        var keyframes = new KeyframeFolder(new PosixDisk(), Kept, "tally", 1, log.Id);
        await using ActiveReplica replica = ActiveReplica.Open(
            new Tally(), log, keyframes.Restore() ?? new MemoryStore(), new ReplicaOptions { Keyframes = keyframes, KeyframeInterval = 2 });
        await replica.WaitForAsync(log.Watermarks.Committed);
    }

    private void Append(string lines) => Executable.Run(lines, "log", "append", _folder.Data, "t", "--key-delimiter", "=", "--batch", "1").Succeeded();

    private Outcome Replay(params string[] options) =>
        Executable.Run([], ["replay", "t", "--assembly", Machines, "--data", _folder.Data, .. options.Contains("--machine") ? options : ["--machine", "Tally", .. options]]);
}
