using Xunit;

namespace Duramen.Disk.Tests.Posix;

/// <summary>Failures of real system calls, injected by the kernel's tracer, arrive as the errors that the contract names.</summary>
public sealed class PosixDiskFaultTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("disk-fault-").FullName;

    private string File => Path.Combine(_root, "file");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_failed_sync_is_reported_and_never_taken_back()
    {
        // Only the second sync fails in the kernel; the third would succeed there, without having written what the second lost.
        string[] lines = FaultProbe.RunWithFault("fdatasync:error=EIO:when=2", "sync", File);
        Assert.Equal(3, lines.Length);
        Assert.Equal("ok", lines[0]);
        Assert.StartsWith("disk-sync-failed " + File, lines[1], StringComparison.Ordinal);
        Assert.Contains("errno 5", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("disk-sync-failed ", lines[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EROFS")]
    [InlineData("EINVAL")]
    [InlineData("ENOSPC")]
    public void A_sync_that_fails_for_any_reason_is_a_failed_sync(string error)
    {
        string[] lines = FaultProbe.RunWithFault($"fdatasync:error={error}", "sync", File);
        Assert.StartsWith("disk-sync-failed ", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_sync_is_done_again()
    {
        string[] lines = FaultProbe.RunWithFault("fdatasync:error=EINTR:when=1..2", "sync", File);
        Assert.Equal(["ok", "ok", "ok"], lines);
    }

    [Fact]
    public void A_failed_sync_of_a_folder_is_reported()
    {
        string[] lines = FaultProbe.RunWithFault("fsync:error=EIO", "sync-folder", _root);
        Assert.StartsWith("disk-sync-failed " + _root, lines[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ENOSPC", "disk-full")]
    [InlineData("EDQUOT", "disk-full")]
    [InlineData("EIO", "disk-io")]
    [InlineData("EROFS", "disk-access-denied")]
    [InlineData("EFBIG", "disk-io")]
    public void A_failed_write_is_reported_with_its_cause_and_may_be_tried_again(string error, string code)
    {
        string[] lines = FaultProbe.RunWithFault($"pwrite64:error={error}:when=1", "write", File);
        Assert.StartsWith($"{code} {File}: writing 10000 bytes at 0 failed: ", lines[0], StringComparison.Ordinal);
        Assert.Equal("ok", lines[1]);
        Assert.Equal("10000", lines[2]);
    }

    [Fact]
    public void A_write_goes_on_after_an_interruption()
    {
        string[] lines = FaultProbe.RunWithFault("pwrite64:error=EINTR:when=1..3", "write", File);
        Assert.Equal(["ok", "ok", "10000"], lines);
    }

    [Fact]
    public void Writes_that_write_nothing_do_not_go_on_for_ever()
    {
        string[] lines = FaultProbe.RunWithFault("pwrite64:retval=0", "write", File);
        Assert.StartsWith("disk-io ", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_direct_write_that_the_file_system_refuses_is_made_through_the_page_cache()
    {
        string[] lines = FaultProbe.RunWithFault("pwrite64:error=EINVAL:when=1", "write-direct", File);
        Assert.Equal(["ok", "ok", "same"], lines);
        Assert.Equal(20480, new FileInfo(File).Length);
    }

    [Fact]
    public void A_direct_write_that_stops_inside_a_block_goes_on_at_the_blocks_edge()
    {
        string[] lines = FaultProbe.RunWithFault("pwrite64:retval=1000:when=1", "write-direct", File);
        Assert.Equal(["ok", "ok", "same"], lines);
    }

    [Fact]
    public void A_file_system_without_direct_access_gets_durable_buffered_writes()
    {
        string[] lines = FaultProbe.RunWithFault("fcntl:error=EINVAL", "write-direct", File);
        Assert.Equal(["ok", "ok", "same"], lines);
    }

    [Fact]
    public void A_failed_direct_write_is_reported()
    {
        Assert.StartsWith("disk-full ", FaultProbe.RunWithFault("pwrite64:error=ENOSPC", "write-direct", File)[0], StringComparison.Ordinal);
        Assert.StartsWith("disk-io ", FaultProbe.RunWithFault("pwrite64:error=EIO", "write-direct", File)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Room_that_cannot_be_reserved_is_told_from_a_full_disk()
    {
        Assert.Equal(["False"], FaultProbe.RunWithFault("fallocate:error=EOPNOTSUPP", "reserve", File));
        string line = Assert.Single(FaultProbe.RunWithFault("fallocate:error=ENOSPC", "reserve", File));
        Assert.StartsWith($"disk-full {File}: reserving 4096 bytes at 0 failed: ", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_read_is_reported()
    {
        string[] lines = FaultProbe.RunWithFault("pread64:error=EIO", "write-direct", File);
        Assert.Equal("ok", lines[0]);
        Assert.StartsWith($"disk-io {File}: reading 20480 bytes at 0 failed: ", lines[1], StringComparison.Ordinal);
    }
}
