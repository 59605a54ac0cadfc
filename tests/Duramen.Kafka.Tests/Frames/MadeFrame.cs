namespace Duramen.Kafka.Tests.Frames;

/// <summary>A frame that was made from the schema, without the code that is under test.</summary>
/// <param name="Bytes">The message, without size and header.</param>
/// <param name="Lines">What it says, as <see cref="MessageText"/> has it.</param>
/// <param name="Lengths">Where in it lengths, counts and the numbers of tags stand.</param>
internal sealed record MadeFrame(byte[] Bytes, List<string> Lines, List<int> Lengths);
