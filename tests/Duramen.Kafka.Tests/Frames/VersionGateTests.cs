using System.Collections;
using System.Reflection;
using Duramen.Kafka.Generator.Schemas;
using Duramen.Kafka.Wire;
using Xunit;

namespace Duramen.Kafka.Tests.Frames;

/// <summary>What a version cannot say is refused, or left out where that does no harm.</summary>
public sealed class VersionGateTests
{
    public static TheoryData<string> Names => [.. MessageVersion.Messages.Select(message => message.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_field_that_the_version_does_not_have_is_refused_unless_it_may_be_ignored(string name)
    {
        foreach (MessageVersion target in MessageVersion.All.Where(each => each.Message.Name == name))
        {
            byte[] plain = MessageCodec.Write(WithOneElement(target), target.Version);
            foreach ((Structure structure, Field field) in Fields(target.Message).Where(pair => !pair.Field.Versions.Has(target.Version)))
            {
                if (!structure.Versions.Has(target.Version))
                {
                    continue;
                }

                IKafkaMessage message = WithOneElement(target);
                Set(Find(message, target.Message.Root, structure)!, field);
                if (field.IsIgnorable)
                {
                    Assert.Equal(plain, MessageCodec.Write(message, target.Version));
                }
                else
                {
                    var error = Assert.Throws<KafkaWireException>(() => MessageCodec.Write(message, target.Version));
                    Assert.Equal(WireErrors.UnsupportedVersion, error.Code);
                    Assert.EndsWith(field.Name, error.Field, StringComparison.Ordinal);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Null_is_refused_in_versions_that_have_no_null_for_the_field(string name)
    {
        foreach (MessageVersion target in MessageVersion.All.Where(each => each.Message.Name == name))
        {
            foreach ((Structure structure, Field field) in Fields(target.Message).Where(pair => pair.Field.Versions.Has(target.Version) && pair.Structure.Versions.Has(target.Version)))
            {
                if (!field.IsNullable || field.NullableVersions.Has(target.Version))
                {
                    continue;
                }

                IKafkaMessage message = WithOneElement(target);
                object place = Find(message, target.Message.Root, structure)!;
                place.GetType().GetProperty(field.Name)!.SetValue(place, null);
                var error = Assert.Throws<KafkaWireException>(() => MessageCodec.Write(message, target.Version));
                Assert.Equal(WireErrors.UnsupportedVersion, error.Code);
                Assert.EndsWith(field.Name, error.Field, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_new_message_has_the_defaults_of_its_schema()
    {
        foreach (Message message in MessageVersion.Messages)
        {
            foreach ((Structure structure, Field field) in Fields(message))
            {
                Type type = structure == message.Root ? MessageCodec.Of(message).Type : MessageCodec.Of(message).Type.GetNestedType(structure.Name)!;
                object? value = MessageText.Value(Activator.CreateInstance(type)!, field);
                string expected = field switch
                {
                    { IsArray: true } => field.IsNullable ? "null" : "0",
                    { Kind: FieldKind.Structure } => "null",
                    { Default: not null and not "empty" } => field.Default,
                    { IsNullable: true, Default: null } => "null",
                    { Kind: FieldKind.String } => "\"\"",
                    { Kind: FieldKind.Bytes or FieldKind.Records } => "x",
                    { Kind: FieldKind.Bool } => "false",
                    { Kind: FieldKind.Error } => "NONE",
                    { Kind: FieldKind.Uuid } => Guid.Empty.ToString(),
                    _ => "0",
                };
                Assert.Equal((type, field.Name, expected), (type, field.Name, value is IList list ? $"{list.Count}" : MessageText.Text(value)));
            }
        }
    }

    private static IEnumerable<(Structure Structure, Field Field)> Fields(Message message) =>
        from structure in message.Structures.Prepend(message.Root)
        from field in structure.Fields
        select (structure, field);

    // A message that has one of each structure of its version, so that every field has a place.
    private static IKafkaMessage WithOneElement(MessageVersion target)
    {
        IKafkaMessage message = MessageCodec.Of(target.Message).Create();
        Fill(message, target.Message.Root, target.Version);
        return message;
    }

    private static void Fill(object place, Structure structure, short version)
    {
        foreach (Field field in structure.Fields.Where(field => field.Versions.Has(version)))
        {
            Type type = place.GetType().GetProperty(field.Name)!.PropertyType;
            if (field.IsNullable && !field.NullableVersions.Has(version) && MessageText.Value(place, field) is null)
            {
                place.GetType().GetProperty(field.Name)!.SetValue(place, type == typeof(string) ? "" : Activator.CreateInstance(type));
            }

            if (field.Structure is null)
            {
                continue;
            }

            object element = Activator.CreateInstance(field.IsArray ? type.GetGenericArguments()[0] : type)!;
            Fill(element, field.Structure, version);
            object value = element;
            if (field.IsArray)
            {
                var list = (IList)Activator.CreateInstance(type)!;
                list.Add(element);
                value = list;
            }

            place.GetType().GetProperty(field.Name)!.SetValue(place, value);
        }
    }

    private static object? Find(object place, Structure current, Structure wanted)
    {
        if (current == wanted)
        {
            return place;
        }

        foreach (Field field in current.Fields.Where(field => field.Structure is not null))
        {
            object? value = MessageText.Value(place, field);
            object? element = value is IList list ? list.Count > 0 ? list[0] : null : value;
            if (element is not null && Find(element, field.Structure!, wanted) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    // Something that is not what the field's absence says.
    private static void Set(object place, Field field)
    {
        PropertyInfo property = place.GetType().GetProperty(field.Name)!;
        object value;
        if (field.IsArray)
        {
            var list = (IList)Activator.CreateInstance(property.PropertyType)!;
            Type element = property.PropertyType.GetGenericArguments()[0];
            list.Add(element == typeof(string) ? "a" : Activator.CreateInstance(element));
            value = list;
        }
        else
        {
            value = field.Kind switch
            {
                FieldKind.Bool => !(bool)MessageText.Value(place, field)!,
                FieldKind.Int8 => (sbyte)77,
                FieldKind.Int16 => (short)77,
                FieldKind.Int32 => 77,
                FieldKind.Int64 => 77L,
                FieldKind.Error => KafkaError.InvalidRequest,
                FieldKind.Uuid => new Guid(7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7),
                FieldKind.String => "a",
                FieldKind.Bytes => new ReadOnlyMemory<byte>([1]),
                FieldKind.Records => new RecordBytes(new byte[] { 1 }),
                _ => Activator.CreateInstance(property.PropertyType)!,
            };
        }

        property.SetValue(place, value);
    }
}
