using System.Globalization;
using Duramen.Disk.Posix;
using Duramen.Faults.Tests.Simulated;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Testing.PowerCut;
using Xunit;
using Xunit.Abstractions;

namespace Duramen.Faults.Tests.Real;

/// <summary>
/// A process of its own under load on a real disk, ended in every way a machine can end it. <c>DURAMEN_FAULTS_ROUNDS=N</c> makes the loops longer.
/// </summary>
public sealed class KilledProcessTests(ITestOutputHelper output) : IDisposable
{
    private static readonly int Rounds =
        int.TryParse(Environment.GetEnvironmentVariable("DURAMEN_FAULTS_ROUNDS"), CultureInfo.InvariantCulture, out int rounds) ? rounds : 5;

    private readonly string _root = Directory.CreateTempSubdirectory("duramen-faults-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Everything_a_killed_process_said_it_had_is_there()
    {
        var writer = new Writer(Path.Combine(_root, "data"));
        for (int round = 0; round < Rounds; round++)
        {
            await writer.RunAsync(100 + (round * 173 % 700), process => process.Kill());
            Assert.Null(await writer.CompareAsync());
        }

        output.WriteLine($"{Rounds} kills, {writer.Acknowledged} acknowledged appends");
    }

    [Fact]
    public async Task A_folder_that_another_process_has_is_refused_and_left_alone()
    {
        string folder = Path.Combine(_root, "data");
        var writer = new Writer(folder);
        await writer.RunAsync(50, process =>
        {
            StorageException refusal = Assert.Throws<StorageException>(() => DataFolder.OpenAsync(new PosixDisk(), folder).AsTask().GetAwaiter().GetResult());
            Assert.Equal(StorageErrors.Locked, refusal.Code);
            process.Kill();
        });
        Assert.Null(await writer.CompareAsync());
    }

    [Fact]
    public async Task Everything_a_process_said_it_had_before_the_power_went_is_there()
    {
        if (LoopMount.WhyUnavailable is string reason)
        {
            output.WriteLine($"NO REAL POWER CUT on this machine ({reason}); the simulated disk is tried instead.");
            await new CrashSweepTests(output).A_power_cut_at_any_operation_loses_nothing_acknowledged();
            return;
        }

        using LoopMount mount = LoopMount.Create(512);
        var writer = new Writer(Path.Combine(mount.Folder, "data"));
        for (int round = 0; round < Math.Max(2, Rounds / 2); round++)
        {
            await writer.RunAsync(150 + (round * 211 % 500), process =>
            {
                mount.Stop();
                process.Kill();
            });
            mount.Start();
            Assert.Null(await writer.CompareAsync());
        }

        output.WriteLine($"The power of a real ext4 was cut; {writer.Acknowledged} acknowledged appends");
    }

    [Theory]
    [InlineData("journal", "pwrite64:error=EIO:when=40")]
    [InlineData("journal", "pwrite64:error=ENOSPC:when=7")]
    [InlineData("segment", "fdatasync:error=EIO:when=1")]
    [InlineData("index", "fdatasync:error=EIO:when=1")]
    [InlineData("catalog.a.new", "fdatasync:error=EIO:when=2")]
    [InlineData("catalog.b.new", "fdatasync:error=EIO:when=2")]
    [InlineData("mark", "fdatasync:error=EIO:when=3")]
    [InlineData("mark", "pwrite64:error=EIO:when=50")]
    [InlineData("folder", "fsync:error=EIO:when=4")]
    public async Task After_a_failing_system_call_nothing_is_acknowledged_and_the_folder_opens_again(string kind, string fault)
    {
        string folder = Path.Combine(_root, "data");
        var writer = new Writer(folder);
        writer.Run(4);
        string path = kind switch
        {
            "journal" => Path.Combine(folder, "journal", "000.journal"),
            "mark" => Path.Combine(folder, "journal", "synced"),
            "folder" => folder,
            "segment" => Directory.GetFiles(folder, "*.segment", SearchOption.AllDirectories)[0],
            "index" => Path.ChangeExtension(Directory.GetFiles(folder, "*.segment", SearchOption.AllDirectories)[0], ".index"),
            _ => Path.Combine(folder, kind),
        };
        string last = writer.RunWithFault(fault, path);
        Assert.StartsWith("error log-failed exit 3", last, StringComparison.Ordinal);
        Assert.Contains(path, last, StringComparison.Ordinal);
        Assert.Null(await writer.CompareAsync());
        writer.Run(40);
        Assert.Null(await writer.CompareAsync());
        output.WriteLine($"{writer.Acknowledged} acknowledged appends; {last[..Math.Min(300, last.Length)]}");
    }
}
