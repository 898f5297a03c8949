//! Findings of the map files.

use super::Entry;

entries! {
    unreadable_road_map Error "道路图不能读" "Road map cannot be read"
        "文件损坏、过大，或用了不支持的压缩；没有它就不知道路程" "It is damaged, too large or packed in an unusual way; without it travel is unknown"
        "重新下载或裁出本县；也可移走它，改用 roads.csv" "Download it again or cut out the county; or remove it and use roads.csv"
        "道路图已损坏或不完整，未读取" "The road map is damaged or cut off; it was not read";
    road_map_read Note "道路图已读取" "Road map read"
        "道路按步行或乘车可通行计，两个方向都算" "Roads to walk or drive along count, in both directions"
        "无须处理" "Nothing to do"
        "从地图读取了 48210 段可步行或乘车的道路" "48,210 pieces of road to walk or drive along were read";
    second_road_map Note "多余的道路图" "A second road map"
        "只读一份道路图" "One road map is read"
        "只留一份，或先合并" "Keep one, or merge them"
        "已读取道路图“a.osm.pbf”，这一份没有读" "The road map “a.osm.pbf” was read, this one was not";
    damaged_shapes Error "图形不能读" "Shapes cannot be read"
        "不是有效的 GeoJSON；图形只用来画图，表照常使用" "It is no valid GeoJSON; shapes only serve maps, the tables are used"
        "另存为 GeoJSON 后重试" "Save it as GeoJSON and try again"
        "不是有效的 GeoJSON，图形没有采用" "The file is no valid GeoJSON; its shapes are not used";
    shape_of_no_block Note "图形没有对应的居住单元" "Shape of no block"
        "图形的 block_id 在居住单元表中找不到，画不上" "Its block_id is not in the table blocks, so it cannot be drawn"
        "统一两边的编号" "Use the same ids in both"
        "有 2 个图形没有居住单元表里的 block_id" "2 shapes have no block_id of the table blocks";
    block_without_shape Note "居住单元没有图形" "Block without a shape"
        "地图上只能画点，学区边界在那里不完整" "It is a point on the map, and the zone's border is not whole there"
        "补上它们的面" "Add their polygons"
        "居住单元表有 3 个单元没有图形" "3 blocks have no shape";
}
