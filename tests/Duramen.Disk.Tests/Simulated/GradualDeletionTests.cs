using Duramen.Disk.Simulated;
using Xunit;

namespace Duramen.Disk.Tests.Simulated;

public sealed class GradualDeletionTests
{
    [Fact]
    public void The_name_goes_first_and_then_the_bytes_in_pieces_from_the_end()
    {
        List<DiskOperation> operations = Delete(lengthBytes: 10_500, pieceBytes: 4096);
        Assert.Equal([DiskOperationKind.Open, DiskOperationKind.DeleteFile, DiskOperationKind.SetLength, DiskOperationKind.SetLength], operations.Select(operation => operation.Kind));
        Assert.Equal([10_500 - 4096, 10_500 - 8192], operations.Skip(2).Select(operation => operation.Position));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    public void A_file_of_one_piece_is_deleted_without_being_opened(int lengthBytes) =>
        Assert.Equal([DiskOperationKind.DeleteFile], Delete(lengthBytes, pieceBytes: 4096).Select(operation => operation.Kind));

    private static List<DiskOperation> Delete(int lengthBytes, int pieceBytes)
    {
        var disk = new SimulatedDisk();
        using (IDiskFile file = disk.Open("/file", DiskFileMode.CreateNew))
        {
            file.Write(new byte[lengthBytes], 0);
        }

        var operations = new List<DiskOperation>();
        disk.BeforeOperation = operations.Add;
        disk.DeleteGradually("/file", pieceBytes);
        return operations;
    }
}
